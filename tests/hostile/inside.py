"""Whole command lines in this process, with peers that are canned bytes: what cgrdoctor prints, writes and sends."""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock

from cgrdoctor.__main__ import main


@dataclass(frozen=True)
class Printed:
    """One finished command line."""

    status: int
    stdout: str
    stderr: str


HOOKS: tuple[tuple[Any, str], ...] = ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook"))
"""What `main` may replace for its process."""


class Stream(io.TextIOWrapper):
    """A standard stream of our own; what is written to it stays readable."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    @property
    def text(self) -> str:
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode("utf-8", "replace")


def typed(arguments: Sequence[str], environ: Mapping[str, str]) -> Printed:
    """Runs `cgrdoctor` with these words in this environment."""
    out, err = Stream(), Stream()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    hooks = {name: getattr(module, name) for module, name in HOOKS}
    try:
        with (
            mock.patch.dict(os.environ, environ, clear=True),
            mock.patch.object(sys, "argv", ["cgrdoctor", *arguments]),
            mock.patch.object(sys, "stdout", out),
            mock.patch.object(sys, "stderr", err),
            mock.patch.object(tempfile, "tempdir", environ.get("TMPDIR")),
        ):
            status = main()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for module, name in HOOKS:
            setattr(module, name, hooks[name])
    return Printed(status, out.text, err.text)
