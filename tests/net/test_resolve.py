"""Names are asked once a run, in a thread that nothing waits for at the end."""

from __future__ import annotations

import socket
import threading

import anyio
import pytest

from cgrdoctor.net import absence
from cgrdoctor.net.failure import Unreached
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.resolve import Resolver, system_lookup
from cgrdoctor.net.threads import in_daemon_thread


def test_a_name_is_asked_once_and_shared(run):
    asked = []

    def lookup(host):
        asked.append(host)
        return ("10.0.0.1", "fd00::1")

    async def main():
        resolver = Resolver(Patience(1.0), lookup)
        found = []

        async def one():
            found.append(await resolver.addresses("a.test"))

        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(one)
        return found

    assert run(main) == [("10.0.0.1", "fd00::1")] * 5
    assert asked == ["a.test"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "nxdomain"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "servfail"),
        (UnicodeError("label too long"), "error"),
        (None, "no-address"),
    ],
)
def test_failures_are_kinds_and_are_remembered(run, error, kind):
    calls = []

    def lookup(host):
        calls.append(host)
        if error:
            raise error
        return ()

    async def main():
        resolver = Resolver(Patience(1.0), lookup)
        for _ in range(2):
            with pytest.raises(Unreached) as caught:
                await resolver.addresses("a.test")
        return caught.value.failure

    found = run(main)
    assert (found.stage, found.kind) == ("dns", kind)
    assert len(calls) == 1


def test_a_resolver_that_hangs_is_waited_for_once(run):
    hang = threading.Event()

    async def main():
        resolver = Resolver(Patience(0.1), lambda _: hang.wait() and ())
        kinds = []
        for _ in range(20):
            with pytest.raises(Unreached) as caught:
                await resolver.addresses("a.test")
            kinds.append(caught.value.failure.kind)
        resolver.close()
        return kinds

    try:
        assert run(main) == ["timeout"] * 20
    finally:
        hang.set()


def test_literals_are_not_resolved(run):
    async def main():
        resolver = Resolver(Patience(1.0), lambda _: pytest.fail("asked"))
        return await resolver.addresses("10.0.0.1"), await resolver.addresses("[::1]"), await resolver.addresses("::1")

    assert run(main) == (("10.0.0.1",), ("::1",), ("::1",))


def test_the_system_knows_localhost():
    assert {"127.0.0.1", "::1"} & set(system_lookup("localhost"))


def test_a_thread_gives_back_what_it_returns_or_raises(run):
    def fail():
        raise KeyError("x")

    async def main():
        assert await in_daemon_thread(int, "7") == 7
        with pytest.raises(KeyError):
            await in_daemon_thread(fail)
        return await in_daemon_thread(lambda: threading.current_thread().daemon)

    assert run(main) is True


def test_cancellation_abandons_a_thread(run):
    hang = threading.Event()

    async def main():
        with anyio.move_on_after(0.05) as scope:
            await in_daemon_thread(hang.wait)
        return scope.cancelled_caught

    assert run(main) is True
    hang.set()


def test_a_name_is_asked_again_if_this_process_was_away_while_it_waited(run, monkeypatch):
    asked = []

    def lookup(host):
        asked.append(host)
        if len(asked) == 1:
            absence.note()
            raise socket.gaierror(socket.EAI_AGAIN, "x")
        return ("10.0.0.1",)

    async def main():
        patience = Patience(1.0)
        found = await Resolver(patience, lookup).addresses("a.test")
        return found, patience.cut_short

    monkeypatch.setattr(absence, "_last", absence._last)
    assert run(main) == (("10.0.0.1",), False)
    assert asked == ["a.test"] * 2


def test_it_is_not_asked_for_ever(run, monkeypatch):
    asked = []

    def lookup(host):
        asked.append(host)
        absence.note()
        raise socket.gaierror(socket.EAI_AGAIN, "x")

    async def main():
        patience = Patience(1.0)
        with pytest.raises(Unreached) as caught:
            await Resolver(patience, lookup).addresses("a.test")
        return caught.value.failure.kind, patience.cut_short

    monkeypatch.setattr(absence, "_last", absence._last)
    assert run(main) == ("stopped", True)
    assert len(asked) == 3
