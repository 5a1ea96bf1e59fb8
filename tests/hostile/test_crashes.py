"""A crash anywhere in the program shows where it happened and no word of what it was about."""

from __future__ import annotations

import asyncio
import logging
import threading
from unittest import mock

import pytest
from canaries import ENCODINGS, canary, seen
from canned import canned
from client import ABSENT
from inside import typed
from places import PLACES, Home

import cgrdoctor.doctor
import cgrdoctor.report.write
from cgrdoctor.credentials import docker_config, jfrog_cli, netrc

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
SECRET = canary(1, "\"'%ä ")
WORDS = "; ".join(encode(SECRET.text) for encode in ENCODINGS.values())


class Broken(Exception):
    """A bug of ours whose text and notes hold everything there is to know."""

    def __init__(self) -> None:
        super().__init__(WORDS)
        self.add_note(WORDS)

    __str__ = __repr__ = lambda _self: WORDS


def breaks(*_arguments: object, **_options: object) -> None:
    """Fails while it handles another error, in a group, with everything in every text."""
    try:
        raise Broken  # noqa: TRY301 - the chain of causes is what is tested
    except Broken as cause:
        raise ExceptionGroup(WORDS, [Broken(), ValueError(WORDS)]) from cause


def breaks_elsewhere(*_arguments: object, **_options: object) -> None:
    """Fails where no caller can see it: in a thread, in a finalizer, in a task nobody waits for, in a library's log."""

    class Doomed:
        def __del__(self) -> None:
            raise Broken

    async def forgotten() -> None:
        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    async def failing() -> None:
        raise Broken

    thread = threading.Thread(target=breaks)
    thread.start()
    thread.join()
    asyncio.run(forgotten())
    logging.getLogger("library").error(WORDS)
    Doomed()


PARTS = {
    "command line": ("cgrdoctor.cli.run", breaks),
    "run": (f"{cgrdoctor.doctor.__name__}.load", breaks),
    "report": (f"{cgrdoctor.doctor.__name__}.assemble", breaks),
    "delivery": (f"{cgrdoctor.report.write.__name__}.deliver", breaks),
    "docker configuration": (f"{docker_config.__name__}.load", breaks),
    "netrc": (f"{netrc.__name__}.entry", breaks),
    "jf configuration": (f"{jfrog_cli.__name__}._is_for", breaks),
    "elsewhere": (f"{cgrdoctor.doctor.__name__}.invocation", breaks_elsewhere),
}
"""What breaks, and how."""


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_word_of_an_error_is_shown(part, form, tmp_path):
    home = Home(tmp_path, {"CGRDOCTOR_DEBUG": "1"})
    for place in ("docker-auth", "jf-configuration-token", "netrc", "chainguard-password"):
        PLACES[place].plant(home, SECRET)
    target, how = PARTS[part]
    with (
        canned(lambda _host, _target: ABSENT.bytes()),
        mock.patch(target, how),
        mock.patch.object(logging, "lastResort", logging.lastResort),
    ):
        done = typed([IMAGE, "-vv", "-f", form, "-o", str(tmp_path / "report.json")], home.settled())

    files = [path.read_text() for path in tmp_path.glob("report.*")]
    assert [seen([SECRET], text) for text in (done.stdout, done.stderr, *files)] == [[]] * (2 + len(files))
    assert done.status in (1, 3)
    if part in ("run", "report", "command line", "elsewhere"):
        assert "test_crashes.py" in done.stderr


def test_the_places_of_a_crash_are_shown_only_to_those_who_ask(tmp_path):
    home = Home(tmp_path)
    with mock.patch("cgrdoctor.cli.run", breaks):
        done = typed([IMAGE], home.settled())

    assert (done.status, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "ExceptionGroup at test_crashes.py" in done.stderr
