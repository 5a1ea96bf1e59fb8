"""Who watches a run sees whom it waits for, and for how long."""

import threading

from cgrdoctor.cli.progress import WIDTH, Progress
from cgrdoctor.privacy.awaited import Awaited


def test_the_line_names_the_host_that_is_waited_for_and_the_seconds(capsys):
    progress = Progress()
    progress.awaits(lambda: ("acme.jfrog.io", 12.3))
    progress.started(51)
    progress.fact_done("registry-ping", "observed", 0.2)
    progress.finished()

    shown = capsys.readouterr().err
    assert "1/51  waiting for acme.jfrog.io, 12 s" in shown
    assert "registry-ping" not in shown
    assert shown.endswith("\r" + " " * WIDTH + "\r")


def test_the_line_moves_while_nothing_is_settled(capsys, monkeypatch):
    monkeypatch.setattr("cgrdoctor.cli.progress.BEAT", 0.001)
    asked, often = [], threading.Event()

    def look():
        asked.append(1)
        if len(asked) == 5:
            often.set()
        return ("acme.jfrog.io", float(len(asked)))

    progress = Progress()
    progress.awaits(look)
    progress.started(51)
    assert often.wait(30)
    progress.finished()

    assert "0/51  waiting for acme.jfrog.io, 4 s" in capsys.readouterr().err


def test_a_line_that_is_cleared_stays_so(capsys):
    progress = Progress()
    progress.finished()
    progress.fact_done("registry-ping", "observed", 0.2)

    assert capsys.readouterr().err.strip() == ""


def test_a_name_steers_no_terminal():
    progress = Progress()
    progress.awaits(lambda: ("acme\x1b[31m\u202e.test", 1.0))

    assert progress.line().isprintable()


def test_who_is_waited_for_longest_is_named():
    awaited = Awaited()

    with awaited.answer_of("first"):
        with awaited.answer_of("second"):
            assert awaited.longest()[0] == "first"
        assert awaited.longest()[0] == "first"
    assert awaited.longest() is None
