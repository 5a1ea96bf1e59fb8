"""A sweep against a shell loop of `skopeo inspect --raw` on both paths, and what thousands of references cost.

`python -m benchmarks.sweep [REFERENCES]`: as many in place of 20,000. Needs skopeo.
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

from benchmarks.registries import DIFFERS, KEY
from benchmarks.row import Row

LATENCIES = (0.0, 0.05)
LOOPED = 30
"""References of the shell loops, which take the same time for each."""

SWEPT = 600
"""References of the sweep; its start is part of what is measured."""

MANY, FEW = 20_000, 1000

TAGS = 10
"""References to each image."""

LOGIN = "bob:passw0rd"


@dataclass(frozen=True)
class Cost:
    """One sweep: seconds, seconds of processor time, peak memory in MB, requests as its servers counted them."""

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

    def sweep(self, count: int, *, differing: bool = False) -> Cost:
        """One sweep over so many references, which are the same on both paths or are not."""
        file = self.folder / "list"
        file.write_text("".join(f"cgr.dev/{path}:{tag}\n" for path, tag in references(count, differing=differing)))
        words = [sys.executable, "-m", "cgrdoctor", "sweep", "--images", str(file), "--repository", KEY, "-f", "json"]
        words += ["--artifactory-url", "https://acme.jfrog.io/artifactory", "--cacert", str(self.cacert)]
        words += ["--connect-to", f"cgr.dev:443:127.0.0.1:{self.direct}"]
        words += ["--connect-to", f"acme.jfrog.io:443:127.0.0.1:{self.through}"]
        self.heard()
        begin = time.monotonic()
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment())
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begin
        if os.waitstatus_to_exitcode(status) != int(differing):
            raise RuntimeError(f"the sweep ended with {os.waitstatus_to_exitcode(status)}")
        return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, self.heard())

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


def references(count: int, *, differing: bool = False) -> Iterator[tuple[str, str]]:
    """Paths and tags."""
    name = f"acme.com/{DIFFERS if differing else 'image'}"
    return ((f"{name}-{number // TAGS}", f"1.{number % TAGS}") for number in range(count))


def rows(count: int = MANY) -> Iterator[Row]:
    """Against skopeo, then by size, then by requests."""
    yield from against_skopeo()
    yield from by_size(count)
    yield from by_requests()


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
        yield Row(f"{at}, against a sweep", looped / swept, promised, least=True)
        if latency:
            yield Row(f"{at} under `xargs -P 6`, against a sweep", beside / swept, 4.0, least=True)


def by_size(count: int, base: int = FEW) -> Iterator[Row]:
    """What many references cost, against few."""
    with stage(0.0) as here:
        few, many = here.sweep(base), here.sweep(count)
    yield Row(
        f"sweep: processor time a reference, {count:,} against {base:,} references",
        (many.processor / count) / (few.processor / base),
        1.1,
    )
    yield Row(f"sweep: peak memory, {count:,} against {base:,} references", many.memory / few.memory, 1.1)
    yield Row(f"sweep: peak memory of {count:,} references", many.memory, 100.0, "MB")


def by_requests(count: int = FEW) -> Iterator[Row]:
    """Requests a reference, without those that a sweep makes once: pings, settings, the control image."""
    hosts = (("cgr.dev", 1), ("acme.jfrog.io", 2))
    with stage(0.0) as here:
        base, same, other = here.sweep(TAGS), here.sweep(TAGS + count), here.sweep(TAGS + count, differing=True)
    for host, promised in hosts:
        once = _asked(base, host) - TAGS * promised
        what = f"sweep: requests a reference at {host}"
        yield Row(f"{what}, tokens apart", _each(same, host, once, count), promised, "requests")
        yield Row(f"{what} where the digests differ", _each(other, host, once, count), promised + 1, "requests")


def _asked(cost: Cost, host: str) -> int:
    return sum(times for what, times in cost.requests.items() if what.split() in (["HEAD", host], ["GET", host]))


def _each(cost: Cost, host: str, once: int, count: int) -> float:
    return (_asked(cost, host) - once) / (TAGS + count)


def main() -> None:
    """Prints the rows."""
    for row in rows(*map(int, sys.argv[1:2])):
        print(row, flush=True)


if __name__ == "__main__":
    main()
