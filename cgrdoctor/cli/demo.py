"""`cgrdoctor demo`: the doctor on a simulated world, to see what it says and whether it is right."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.completing import worlds
from cgrdoctor.cli.forms import HELP, show_json, show_lines, unknown
from cgrdoctor.cli.options import Grouped, doctor_options, given
from cgrdoctor.errors import UsageProblem
from cgrdoctor.process.streams import say, tell

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.model import Report

ROW = 80
"""Columns of the verdict."""

DEFAULT = "token-authentication-disabled"

EVERY = "*"


@click.command("demo", cls=Grouped, context_settings=HELP)
@click.option("--fault", metavar="NAME", default=DEFAULT, shell_complete=worlds, help=f"Which world [{DEFAULT}].")
@click.option(
    "--list-faults",
    is_flag=False,
    flag_value=EVERY,
    metavar="[WORD|GLOB]",
    shell_complete=worlds,
    help="List the worlds, or those whose name or code fits.",
)
@doctor_options
def command(fault: str, list_faults: str | None, **options: Any) -> int:
    """Run the doctor on a simulated cgr.dev and Artifactory, on this machine alone.

    The exit status is 0 if the doctor named what is wrong in that world, or was silent on a healthy one; else 1.
    """
    from cgrdoctor.cli.worlds import lab, refuse_unknown

    module = lab()
    if list_faults is not None:
        return show_worlds(module, list_faults, options.get("format"))
    refuse_unknown(module, fault)
    return run(module, fault, options)


def show_worlds(module: Any, pattern: str, form: str | None) -> int:
    """The worlds that fit: as data with `-f json`, under headings on a terminal, else a row each."""
    from cgrdoctor.cli import faults
    from cgrdoctor.cli.worlds import names
    from cgrdoctor.engine.discovery import load
    from cgrdoctor.process.outlet import outlet

    if form not in (None, "text", "json"):
        raise UsageProblem("--list-faults comes as -f text or -f json")
    legs = {code.name: code.leg for code in load().codes.values()}
    found = faults.matching(faults.listed(module, legs), pattern)
    if not found:
        raise unknown("world like", pattern, names(module))
    if form == "json":
        show_json(found)
    elif outlet().isatty():
        show_lines(faults.grouped(found))
    else:
        say("\n".join(faults.rows(found)))
    return 0


def run(module: Any, fault: str, options: dict[str, Any]) -> int:
    """Starts the world, examines it in an environment of its own, and compares the diagnosis with the truth."""
    from cgrdoctor.cli.worlds import isolated
    from cgrdoctor.doctor import run_check  # noqa: F401 - loaded before the clock of the world starts

    scenario = module.scenario(fault)
    with module.running(scenario.world) as world, isolated(world.environment):
        settings = settings_in(world, options)
        expected = (scenario.expected, *scenario.accept) if scenario.expected else ()
        return examine(settings, fault, expected)


def settings_in(world: Any, options: dict[str, Any]) -> Settings:
    """The options given, and those that lead into the world: what else is on this machine is none of its clients."""
    from cgrdoctor.config.clients import IMPLIED
    from cgrdoctor.config.settings import resolve

    found = given(options)
    for name, value in leading(world.arguments).items():
        found[name] = (*found.get(name, ()), *value) if isinstance(value, tuple) else value
    found.setdefault("image", world.image)
    implied = tuple(dict.fromkeys(client for field, client in IMPLIED.items() if field in found))
    found.setdefault("client", implied or ("docker",))
    return resolve(found, os.environ)


def leading(arguments: Sequence[str]) -> dict[str, Any]:
    """The world's arguments as options, read by the very command line they are written for."""
    from cgrdoctor.cli.check import command as check

    with check.make_context("check", list(arguments)) as context:
        values = dict(context.params)
    values.pop("words", None)
    return given(values)


def examine(settings: Settings, fault: str, expected: Sequence[str]) -> int:
    """Runs the doctor; the exit status is that of the demonstration, except after an interruption."""
    import msgspec

    from cgrdoctor.cli.progress import observer_for
    from cgrdoctor.doctor import Examination
    from cgrdoctor.process import outlet
    from cgrdoctor.report.write import deliver

    def judged(report: Report) -> Report:
        if report.status == "interrupted":
            return deliver(settings, report, patience=outlet.IDLE)
        right = is_right(report, expected)
        tell(verdict(report, fault, expected, right=right))
        delivered = deliver(settings, report, patience=outlet.IDLE)
        return msgspec.structs.replace(delivered, exit_status=0 if right else 1)

    return Examination(settings, judged, observer_for(settings)).run()


def is_right(report: Report, expected: Sequence[str]) -> bool:
    """Whether the first diagnosis is the world's fault, or there is none on a healthy one."""
    if not expected:
        return report.status == "healthy"
    return bool(report.diagnosis) and report.diagnosis[0].code in expected


def verdict(report: Report, fault: str, expected: Sequence[str], *, right: bool) -> str:
    """One row: whether the doctor is right, and what is true of this world; what it said, as far as there is room."""
    truth = f"the fault is {expected[0]}" if expected else "nothing is wrong"
    if right:
        return f"demo: right, {truth}"
    nothing = "it did not decide" if report.status == "incomplete" else "it said nothing"
    said = f"it said {report.diagnosis[0].code}" if report.diagnosis else nothing
    known = (f"demo {fault}: wrong, {said}, {truth}", f"demo: wrong, {said}, {truth}", f"demo: wrong, {truth}")
    return next((line for line in known if len(line) <= ROW), known[-1])
