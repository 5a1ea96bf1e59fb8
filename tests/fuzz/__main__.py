"""Fuzzes for a while, guided by coverage: `make fuzz`. With files as arguments, replays them without a fuzzer.

What is found is kept in `.fuzz`: inputs that lead somewhere new in `corpus`, those that break something as `crash-*`.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / ".fuzz"
SECONDS = os.environ.get("CGRDOCTOR_FUZZ_SECONDS", "120")
SLOWEST = 40
"""Seconds one input may take: a run has 20, coverage is not for nothing, and machines are shared."""


def tell(line: str) -> None:
    """One line for people."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """0 if nothing broke or there is no fuzzer for this interpreter, 1 if something did, 2 for unusable arguments."""
    if arguments[:1] == ["--child"]:
        return fuzz(arguments[1:])
    if arguments:
        return replay(arguments)
    if importlib.util.find_spec("atheris") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        tell(f"fuzz: skipped, atheris could not be installed for Python {version}; nothing was fuzzed")
        return 0
    if not SECONDS.isascii() or not SECONDS.isdigit() or not int(SECONDS):
        tell("fuzz: CGRDOCTOR_FUZZ_SECONDS takes a number of seconds")
        return 2
    return guarded()


def guarded() -> int:
    """The fuzzer in a process of its own, and where the input lies that broke something."""
    (KEPT / "corpus").mkdir(parents=True, exist_ok=True)
    before = set(KEPT.glob("*-*"))
    command = [
        sys.executable, str(HERE), "--child", str(KEPT / "corpus"), str(HERE / "corpus"), f"-max_total_time={SECONDS}",
        f"-timeout={SLOWEST}", "-rss_limit_mb=1024", "-max_len=32768", f"-artifact_prefix={KEPT}/", "-print_final_stats=1",
    ]  # fmt: skip
    status = subprocess.run(command, check=False).returncode
    for found in sorted(set(KEPT.glob("*-*")) - before):
        tell(f"fuzz: something broke; see it again with: {sys.executable} {HERE} {found}")
    if status:
        tell(f"fuzz: the fuzzer ended with status {status}")
        return 1
    tell(f"fuzz: nothing broke in {SECONDS} s")
    return 0


def fuzz(arguments: list[str]) -> int:
    """Runs the fuzzer; it ends the process itself."""
    import atheris

    with atheris.instrument_imports(include=["cgrdoctor", "cgrdoctor_checks"]):
        import conftest  # noqa: F401 - makes the parts of the hostile tests importable
        import target

        from cgrdoctor.engine.discovery import load

        load()
    atheris.Setup([sys.argv[0], *arguments], target.one)
    atheris.Fuzz()
    return 0


def replay(files: list[str]) -> int:
    """Each file once, as the fuzzer would; what breaks is shown as it is."""
    import conftest  # noqa: F401 - makes the parts of the hostile tests importable
    import target

    for file in files:
        target.one(Path(file).read_bytes())
    tell(f"fuzz: nothing broke in {len(files)} inputs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
