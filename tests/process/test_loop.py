"""The event loop of a run: foreign code cannot end it, and it knows when it could not run."""

from __future__ import annotations

import asyncio
import sys
import threading
import time

import pytest

from cgrdoctor.net import absence
from cgrdoctor.process import loop as loop_module
from cgrdoctor.process.loop import Loop


@pytest.fixture
def escaped(monkeypatch):
    """A loop, and what escaped in it."""
    monkeypatch.setattr(absence, "_last", float("-inf"))
    monkeypatch.setattr(loop_module, "TIDYING", 0.05)
    met = []
    loop = Loop(met.append)
    yield loop, met
    loop.leave()


async def leave():
    sys.exit(0)


@pytest.mark.parametrize(
    "how",
    [
        lambda: asyncio.get_running_loop().call_soon(sys.exit, 0),
        lambda: asyncio.get_running_loop().call_later(0.01, lambda: (_ for _ in ()).throw(KeyboardInterrupt)),
        lambda: asyncio.create_task(leave()),
    ],
)
def test_a_run_goes_on_where_a_task_or_a_callback_ends_the_process(escaped, how):
    loop, met = escaped

    async def main():
        kept = how()
        await asyncio.sleep(0.05)
        return kept is not None

    assert loop.run(main) is True
    assert [type(error) in (SystemExit, KeyboardInterrupt) for error in met] == [True]


def test_a_run_that_ends_the_process_itself_is_an_error(escaped):
    loop, _ = escaped

    with pytest.raises(RuntimeError):
        loop.run(leave)


def test_what_is_left_over_is_not_waited_for(escaped):
    loop, _ = escaped
    ends = threading.Event()

    async def stubborn():
        while not ends.is_set():
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                continue

    async def main():
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        return task

    task = loop.run(main)
    ends.set()
    assert not task.done()


def test_a_run_goes_on_where_foreign_code_stops_the_loop(escaped):
    loop, met = escaped

    async def main():
        asyncio.get_running_loop().stop()
        await asyncio.sleep(0.01)
        return "whole"

    assert loop.run(main) == "whole"
    assert [type(error) for error in met] == [RuntimeError]


def test_a_run_that_foreign_code_calls_off_is_told(escaped):
    loop, met = escaped

    async def main():
        for task in asyncio.all_tasks():
            task.cancel()
        await asyncio.sleep(0.01)

    assert loop.run(main) is None
    assert [type(error) for error in met] == [asyncio.CancelledError]


def test_what_a_run_raises_itself_is_raised(escaped):
    loop, met = escaped

    async def main():
        raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        loop.run(main)
    assert met == []


def test_a_loop_that_could_not_run_says_so(escaped, monkeypatch):
    loop, _ = escaped
    monkeypatch.setattr(loop_module, "LATE", 0.05)

    async def main(blocked):
        begun = time.monotonic()
        await asyncio.sleep(0.01)
        if blocked:
            time.sleep(0.1)  # noqa: ASYNC251 - the point of the test
        await asyncio.sleep(0.01)
        return absence.since(begun)

    assert loop.run(lambda: main(True)) is True


def test_a_machine_that_slept_says_so(escaped, monkeypatch):
    """The clock that goes on while the machine sleeps is ahead of what the loop waited for."""
    loop, _ = escaped
    monkeypatch.setattr(loop_module, "LATE", 600)
    real, slept = loop_module._Selector._now, []
    monkeypatch.setattr(loop_module._Selector, "_now", staticmethod(lambda: real() + (3600 if slept else 0)))

    async def main():
        begun = time.monotonic()
        await asyncio.sleep(0.01)
        before = absence.since(begun)
        slept.append(True)
        await asyncio.sleep(0.01)
        return before, absence.since(begun)

    assert loop.run(main) == (False, True)
