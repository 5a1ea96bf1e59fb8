"""Commands in a shell, as a person types them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

COMMANDS = Path(sys.executable).parent
"""Where the commands of this environment are: the doctor's, and those of the engines."""

PATH = f"{COMMANDS}:/usr/sbin:/usr/bin:{os.environ['PATH']}"


def needed(*programs: str) -> pytest.MarkDecorator:
    """Skips where this machine lacks what .ci/run installs, and never where that is what runs."""
    missing = [name for name in programs if shutil.which(name, path=PATH) is None]
    lacking = [*(["root"] if os.geteuid() else []), *missing]
    reason = f"not here: {', '.join(lacking)}; .ci/run installs what is needed"
    return pytest.mark.skipif(bool(lacking) and not os.environ.get("CI"), reason=reason)


def shell(command: str, folder: Path, environ: Mapping[str, str], limit: int = 240) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command of a shell; at the limit all that it began is ended."""
    whole = {"PATH": PATH, "HOME": str(folder), "LC_ALL": "C.UTF-8", **environ}
    with subprocess.Popen(
        ["sh", "-c", command], cwd=folder, env=whole, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        try:
            said, problems = running.communicate(timeout=limit)
        except BaseException:
            os.killpg(running.pid, signal.SIGKILL)
            raise
    return running.returncode, said, problems
