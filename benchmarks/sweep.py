"""A sweep against a shell loop of `skopeo inspect --raw` on both paths, and what thousands of references cost.

`python -m benchmarks.sweep [REFERENCES]`; needs skopeo. Prints a table; the last rows only with REFERENCES, 20000.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.registries import KEY
from benchmarks.row import Row

LATENCIES = (0.0, 0.05)
LOOPED = 30
"""References of the shell loops, which take the same time for each."""

SWEPT = 600
"""References of the sweep; its start is part of what is measured."""

TAGS = 10
"""References to each image."""

LOGIN = "bob:passw0rd"


@dataclass(frozen=True)
class Cost:
    """One sweep: seconds, seconds of processor time, peak memory in MiB, requests as its servers counted them."""

    seconds: float
    processor: float
    memory: float
    requests: dict[str, int]


class Stage:
    """The registries of one latency."""

    def __init__(self, folder: Path, process: subprocess.Popen[str], ports: tuple[int, int]) -> None:
        self.folder = folder
        self.process = process
        self.direct, self.through = ports

    @property
    def cacert(self) -> Path:
        """The CA of both."""
        return next(self.folder.glob("*ca*.pem"))

    def heard(self) -> dict[str, int]:
        """Requests since the last time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found: dict[str, int] = json.loads(self.process.stdout.readline())
        return found

    def sweep(self, count: int) -> Cost:
        """One sweep over so many references."""
        file = self.folder / "list"
        file.write_text("".join(f"cgr.dev/{path}:{tag}\n" for path, tag in references(count)))
        words = [sys.executable, "-m", "cgrdoctor", "sweep", "--images", str(file), "--repository", KEY, "-f", "json"]
        words += ["--artifactory-url", "https://acme.jfrog.io/artifactory", "--cacert", str(self.cacert)]
        words += ["--connect-to", f"cgr.dev:443:127.0.0.1:{self.direct}"]
        words += ["--connect-to", f"acme.jfrog.io:443:127.0.0.1:{self.through}"]
        self.heard()
        begin = time.monotonic()
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment())
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begin
        if status:
            raise RuntimeError(f"the sweep ended with {os.waitstatus_to_exitcode(status)}")
        return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, self.heard())

    def loop(self, count: int, *, parallel: bool) -> float:
        """Seconds of a shell loop over so many references, or of the same by `xargs -P 6`."""
        lines = []
        for path, tag in references(count):
            lines.append(f"localhost:{self.direct}/{path}:{tag}\n")
            lines.append(f"localhost:{self.through}/{KEY}/{path}:{tag}\n")
        one = f"skopeo inspect --raw --creds {LOGIN} docker://"
        script = f"xargs -P 6 -I @ {one}@" if parallel else f"while read -r at; do {one}$at </dev/null || exit 1; done"
        begin = time.monotonic()
        env = {**environment(), "SSL_CERT_FILE": str(self.cacert)}
        subprocess.run(
            ["sh", "-c", script], input="".join(lines), text=True, stdout=subprocess.DEVNULL, env=env, check=True
        )
        return time.monotonic() - begin


def references(count: int) -> Iterator[tuple[str, str]]:
    """Paths and tags."""
    return ((f"acme.com/image-{number // TAGS}", f"1.{number % TAGS}") for number in range(count))


def environment() -> dict[str, str]:
    """One without anybody's own configuration."""
    user, password = LOGIN.split(":")
    own = {
        f"CGRDOCTOR_{role}_{name}": value
        for role in ("REGISTRY", "ARTIFACTORY", "CHAINGUARD")
        for name, value in (("USER", user), ("PASSWORD", password))
    }
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", **own}


@contextmanager
def stage(latency: float) -> Iterator[Stage]:
    """The registries, served by a process of their own."""
    with tempfile.TemporaryDirectory() as name:
        words = [sys.executable, "-m", "benchmarks.registries", name, str(latency)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                direct, through = map(int, process.stdout.readline().split())
                yield Stage(Path(name), process, (direct, through))
            finally:
                process.kill()


def against_skopeo() -> Iterator[Row]:
    """How many times the loops take what the sweep takes, by reference."""
    for latency, promised in zip(LATENCIES, (5.0, 20.0), strict=True):
        with stage(latency) as here:
            swept = here.sweep(SWEPT).seconds / SWEPT
            looped = here.loop(LOOPED, parallel=False) / LOOPED
            beside = here.loop(LOOPED * 3, parallel=True) / (LOOPED * 3)
        at = f"at {latency * 1000:.0f} ms, a shell loop of skopeo on both paths"
        yield Row(f"{at}, against the sweep (at least)", looped / swept, promised)
        if latency:
            yield Row(f"{at} under xargs -P 6, against the sweep (at least)", beside / swept, 4.0)


def by_size(count: int, base: int = 1000) -> Iterator[Row]:
    """What many references cost, against few."""
    with stage(0.0) as here:
        few, many = here.sweep(base), here.sweep(count)
    yield Row(
        f"processor time a reference, {count:,} against {base:,} references",
        (many.processor / count) / (few.processor / base),
        1.1,
    )
    yield Row(f"peak memory, {count:,} against {base:,} references", many.memory / few.memory, 1.1)
    yield Row(f"peak memory of {count:,} references", many.memory, 100.0, "MiB")
    asked = sum(times for what, times in many.requests.items() if not what.startswith("token"))
    yield Row("requests a reference on both paths, tokens apart", asked / count, 3.01)


def main() -> None:
    """Prints the rows."""
    rows = list(by_size(int(sys.argv[1]))) if len(sys.argv) > 1 else list(against_skopeo())
    for row in rows:
        print(f"| {row.what} | {row.measured:.2f} {row.unit} | {row.promised:g} {row.unit} |", flush=True)


if __name__ == "__main__":
    main()
