"""`cgrdoctor lab`: the simulated world for other programs."""

from __future__ import annotations

from cgrdoctor.cli.table import Rows, Table

COMMANDS: Rows = {"serve": ("cgrdoctor.cli.lab_serve", "Serve a simulated world until interrupted.")}

command = Table("lab", COMMANDS, help="Serve a simulated world to try other programs on.")
