"""The client of nursery.py: runs of the command line that are forked, not started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Nursery:
    """A process that forks runs (see nursery.py)."""

    def __enter__(self) -> Self:
        environ = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, str(Path(__file__).with_name("nursery.py"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ, start_new_session=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(
        self, argv: Sequence[str], environ: dict[str, str], folder: Path, **terms: Any
    ) -> tuple[dict[str, Any], str, str]:
        """What became of a command line, and its two streams."""
        stdout, stderr = folder / "stdout", folder / "stderr"
        self.begin(argv, environ, stdout, stderr, **terms)
        return self.end(), stdout.read_text("utf-8", "replace"), stderr.read_text("utf-8", "replace")

    def begin(
        self, argv: Sequence[str], environ: dict[str, str], stdout: Path | str, stderr: Path | str, **terms: Any
    ) -> int:
        """Starts a command line and returns the number of its process; `terms` as in nursery.py."""
        request = {"argv": list(argv), "environ": environ, "stdout": str(stdout), "stderr": str(stderr), **terms}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return int(self._told()["pid"])

    def end(self) -> dict[str, Any]:
        """What became of the command line that was started."""
        return self._told()

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found
