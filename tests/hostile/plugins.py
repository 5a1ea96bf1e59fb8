"""Packages of others: installed beside cgrdoctor as pip would, with whatever code a test wants in them."""

from __future__ import annotations

import textwrap
from pathlib import Path

HEAD = """
import asyncio, atexit, os, re, signal, subprocess, sys, threading, time
from cgrdoctor import Code, Fact, Finding, NotNeeded, Unobservable, check, fail, info, probe, warn
CODE = Code(name="acme/toy", title="Toy", leg="client", owner="developer", meaning="m", fix="f")
"""


def installed(folder: Path, /, name: str = "acme", **modules: str) -> dict[str, str]:
    """The variables with which a run finds a package that has these modules; `CODE` is a code of its own in each."""
    package = folder / f"{name}_checks"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for module, code in modules.items():
        (package / f"{module}.py").write_text(HEAD + textwrap.dedent(code))
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[cgrdoctor.checks]\n{name} = {name}_checks\n")
    return {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}


def node(number: int, probing: str = "return Fact{n}()", judging: str = "if False: yield") -> str:
    """A fact, the probe that makes it and the check that judges it; `{n}` is the number."""
    code = f"""
class Fact{{n}}(Fact, frozen=True, kw_only=True):
    pass

@probe()
async def make{{n}}() -> Fact{{n}}:
{textwrap.indent(textwrap.dedent(probing), "    ")}

@check("acme/toy.n{{n}}", title="Toy", codes=[CODE])
def judge{{n}}(fact: Fact{{n}}):
{textwrap.indent(textwrap.dedent(judging), "    ")}
"""
    return code.replace("{n}", str(number))
