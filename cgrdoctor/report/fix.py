"""The shortest fix of what was seen: as much of a remedy as there is room for, and the pull that shows it worked."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from cgrdoctor.config.clients import PRINTED, PULLS, RESTART
from cgrdoctor.model import Command, Diagnosis, Remedy, Report
from cgrdoctor.report.answers import clients_of
from cgrdoctor.report.outline import who_of
from cgrdoctor.report.page import LABEL, Page

FORMS: Mapping[str, str] = {"rest": "REST", "terraform": "Terraform", "shell": "commands", "ui": "by hand"}
"""What -v has more of, by the kind of command."""

AGAIN = " ".join(RESTART)
"""What makes a cluster pull again, as it is written."""

OF_THE_REFERENCE = ("reference", "artifactory", "image")
"""Legs on which the developer's own fix, if it is no login, is another reference, which only the remedy can spell."""

LOG_IN: Mapping[str, str] = {
    **{program: program for program in ("docker", "podman", "buildah", "nerdctl")},
    "skopeo": "podman",
}
"""Programs that log in, each with the one that pulls by what it stores."""

OF_A_CLUSTER = "kubectl create secret "
"""How a cluster is logged in."""

ROWS = 2
"""Rows a command may take beside the words of a fix."""


def fix(page: Page, entry: Diagnosis, *, steps: int, command: bool, forms: bool = True) -> None:
    """What to do, `steps` of its steps, a command that does it if there is one and it is short.

    `forms`: what else -v has is named by its kind.
    """
    remedy = entry.remedy
    if remedy is None:
        page.item("  Fix", f"cgrdoctor explain {entry.code}")
        return
    shown = remedy.steps[:steps]
    doing = _doing(remedy, page.style.columns) if command and len(shown) == len(remedy.steps) else None
    more = _more(remedy, len(shown), doing, forms=forms)
    lines = [f"{number}. {step}" if len(remedy.steps) > 1 else step for number, step in enumerate(shown, 1)]
    lines = [_sentence(remedy.summary), *lines]
    if doing is None:
        lines[-1] += more
    for place, line in enumerate(lines):
        page.item("" if place else "  Fix", line, style="" if place else "bold")
    if doing is not None:
        page.verbatim(doing.command)
        if more:
            page.item("", more.strip())


def then(page: Page, entry: Diagnosis, report: Report) -> None:
    """The pull that shows whether it worked."""
    if line := verifying(entry, report):
        page.verbatim(line, label="  Then")


def verifying(entry: Diagnosis, report: Report) -> str:
    """The remedy's own way to look, else the pull that failed; empty where only a corrected reference would do."""
    commands = entry.remedy.commands if entry.remedy is not None else ()
    image = report.target.image
    own = [one.command for one in commands if not one.changes and _pulls(one.command)]
    right = [command for command in own if command == AGAIN or (image and image in command)]
    if right:
        return right[0]
    login = any(" login " in one.command or one.command.startswith(OF_A_CLUSTER) for one in commands)
    corrected = entry.owner == "developer" and entry.leg in OF_THE_REFERENCE and not login
    if corrected or not image:
        return own[0] if len(own) == 1 else ""
    return _again(commands, report, image)


def _again(commands: Sequence[Command], report: Report, image: str) -> str:
    """The pull of who logs in by the remedy: no other program need read what it stores. Else that of the client whose
    text was given, else of the run's own.
    """
    client = next(iter((*_printed_by(report), *clients_of(report))), "docker")
    if client == "kubernetes":
        return AGAIN
    for one in commands:
        before, login, words = one.command.partition(" login ")
        program, blank, place = before.partition(" ")
        if login and program in LOG_IN:
            options = words.rpartition(" ")[0]
            return f"{LOG_IN[program]}{blank}{place} pull {options}{' ' * bool(options)}{image}"
    program, *rest = PULLS.get(client, PULLS["docker"])
    folder = _asked(report, "docker_config") if program == "docker" else ""
    return f"{program} {f'--config {shlex.quote(folder)} ' if folder else ''}{' '.join(rest)} {image}"


def _printed_by(report: Report) -> tuple[str, ...]:
    """The client whose text was given, if one was."""
    told = _asked(report, "printed_by")
    return (PRINTED[told],) if told in PRINTED else ()


def _asked(report: Report, name: str) -> str:
    """What was asked of the run, by the name of a text."""
    record = report.facts.get("invocation")
    told = (record.value or {}).get(name) if record is not None else None
    return told if isinstance(told, str) else ""


def _pulls(command: str) -> bool:
    return command == AGAIN or (" pull " in command and "\n" not in command)


def owner(page: Page, entry: Diagnosis, *, ruled_out: bool = True) -> None:
    """Who does it, how sure it is, what else was excluded."""
    out = " (-v)" if entry.ruled_out and ruled_out else ""
    page.item("  Owner", owner_line(entry, ruled_out=ruled_out) + out)


def owner_line(entry: Diagnosis, *, ruled_out: bool = True) -> str:
    """`Artifactory administrator. Certain; 9 other causes ruled out`."""
    out = len(entry.ruled_out)
    more = f"; {out} other cause{'s' * (out != 1)} ruled out" if out and ruled_out else ""
    who = who_of(entry.owner).removeprefix("an ").removeprefix("the ")
    return f"{who[:1].upper()}{who[1:]}. {entry.confidence.capitalize()}{more}"


def _doing(remedy: Remedy, columns: int) -> Command | None:
    """The first command that mends, if it is short enough to be read on a screen."""
    one = next((one for one in remedy.commands if one.changes), None)
    if one is None or one.kind not in ("rest", "shell") or "\n" in one.command:
        return None
    return one if LABEL + len(one.command) <= ROWS * columns else None


def _more(remedy: Remedy, shown: int, doing: Command | None, *, forms: bool) -> str:
    left = len(remedy.steps) - shown
    kinds = dict.fromkeys(one.kind for one in remedy.commands if one.changes and one is not doing)
    if not forms:
        return " (how: -v)" if left or kinds else ""
    parts = [f"{left} more step{'s' * (left != 1)}"] if left and shown else ["steps"] if left else []
    parts += [FORMS[kind] for kind in FORMS if kind in kinds]
    return f" ({', '.join(parts)}: -v)" if parts else ""


def _sentence(text: str) -> str:
    return text.strip().rstrip(".")
