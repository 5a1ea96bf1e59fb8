"""Writes the pages that are made from the checks and codes: `make docs`. A test compares them with what lies here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from cgrdoctor.engine.discovery import Catalogue, load
from cgrdoctor.model import AREAS
from cgrdoctor.net.hosts import HOSTS, ChainguardHost
from cgrdoctor.report.outline import LEGS
from cgrdoctor.report.pages import Page, check_page, code_page, hosts_page
from cgrdoctor_checks.facts.artifactory.configuration import ROWS
from cgrdoctor_checks.facts.artifactory.fields import Field
from docs.drawing import drawings
from docs.fleet_page import fleet_page
from docs.options_page import options_page
from docs.report_page import report_page
from docs.symptoms_page import symptoms_page

HERE = Path(__file__).parent
MOVING = "Needs"
"""What a check needs changes with its code and is shown by `cgrdoctor graph`; a page need not follow it."""

PAGES = ("checks", "fields", "fleet", "hosts", "options", "report", "symptoms")
"""Those that are made besides one a code."""

MADE = "<!-- Made by `make docs` from the checks and codes themselves; change them, not this page. -->"


def pages(catalogue: Catalogue) -> Mapping[str, str]:
    """Every generated page by its path below `docs`."""
    own = [check for check in catalogue.checks if not check.distribution]
    codes = sorted({code.name for check in own for code in check.codes})
    made = {f"codes/{name}.md": _code(catalogue, name) for name in codes}
    made["codes/README.md"] = _index(catalogue, codes)
    made["checks.md"] = _checks(catalogue)
    made["hosts.md"] = _hosts()
    made["fields.md"] = _fields()
    made["options.md"] = _joined(["# Options", MADE.replace("checks and codes", "options"), *options_page()])
    made["report.md"] = _joined(["# The JSON report", MADE.replace("checks and codes", "structures"), *report_page()])
    made["fleet.md"] = _joined(
        ["# Many images, many machines", MADE.replace("checks and codes", "recipes"), *fleet_page()]
    )
    legs = {name: code.leg for name, code in catalogue.codes.items()}
    made["symptoms.md"] = _joined(["# Symptoms", MADE.replace("checks and codes", "table"), *symptoms_page(legs)])
    return made


def stored() -> dict[str, str]:
    """The generated pages as they lie here."""
    files = [*HERE.glob("codes/*.md"), *(HERE / f"{name}.md" for name in PAGES)]
    return {str(file.relative_to(HERE)): file.read_text(encoding="utf-8") for file in files if file.exists()}


def main() -> None:
    """Writes what is missing or stale, drawings too, and removes pages of codes that are gone."""
    made = pages(load())
    for name in stored().keys() - made.keys():
        (HERE / name).unlink()
    for name, text in {**made, **drawings()}.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(text, encoding="utf-8")


def _code(catalogue: Catalogue, name: str) -> str:
    page = code_page(catalogue, catalogue.codes[name])
    body = _sections(page, 2, {code: f"[`{code}`]({code}.md)" for code in catalogue.codes})
    return _joined([f"# `{name}`: {page.title}", MADE, *body, "[All codes](README.md)"])


def _index(catalogue: Catalogue, names: list[str]) -> str:
    parts = [
        "# Codes",
        MADE,
        "What the doctor can find, by the leg of the way of an image. `cgrdoctor explain CODE` shows the same pages.",
    ]
    for leg, words in LEGS.items():
        found = [catalogue.codes[name] for name in names if catalogue.codes[name].leg == leg]
        rows = "\n".join(f"| [`{code.name}`]({code.name}.md) | {code.title} |" for code in found)
        parts += [f"## {words[:1].upper()}{words[1:]}", f"| Code | What it means |\n|---|---|\n{rows}"] if found else []
    return _joined(parts)


def _checks(catalogue: Catalogue) -> str:
    parts = [
        "# Checks",
        MADE,
        "What the doctor looks at, in the order of a pull's way. `cgrdoctor explain CHECK` shows the same pages.",
    ]
    links = {code: f"[`{code}`](codes/{code}.md)" for code in catalogue.codes}
    for area in AREAS:
        own = [check for check in catalogue.checks if not check.distribution and check.id.partition(".")[0] == area]
        parts += [f"## {area}"] if own else []
        for check in own:
            page = check_page(check)
            parts += [f"### `{check.id}`: {page.title}", *_sections(page, 4, links)]
    return _joined(parts)


def _hosts() -> str:
    page = hosts_page()
    parts = [f"# {page.title}", MADE, *page.sections[0].paragraphs]
    for title, pulls in (("Needed to pull images", True), ("Needed for other purposes", False)):
        rows = "\n".join(_host(host) for host in HOSTS if host.pulls is pulls)
        head = "| Host | Role | What it is | IP | Needed for | Source | Read |\n|---|---|---|---|---|---|---|"
        parts += [f"## {title}", f"{head}\n{rows}"]
    return _joined(parts)


def _host(host: ChainguardHost) -> str:
    versions = ", ".join(f"v{family}" for family in host.families)
    cells = (f"`{host.name}`", host.role, host.note, versions, host.needed_for, host.source, host.read)
    return f"| {' | '.join(cells)} |"


def _fields() -> str:
    rows = "\n".join(_field(row.field) for row in ROWS.values())
    head = (
        "| Field | What it makes Artifactory do | Usual | Since | In its pages | Terraform |\n|---|---|---|---|---|---|"
    )
    note = (
        "The fields of a repository's configuration that are read, by their names in Artifactory's REST API. Usual is "
        "what a Docker repository has where nobody set it (7.161); the guide asks for other values of some."
    )
    return _joined(["# Fields of a repository", MADE, note, f"{head}\n{rows}"])


def _field(field: Field) -> str:
    usual = "" if field.default is None else f"`{json.dumps(field.default)}`"
    names = ", ".join(f"`{name}`" for name in field.names)
    attribute = f"`{field.attribute}`" if field.attribute else ""
    return f"| {names} | {field.means} | {usual} | {field.since} | {field.form} | {attribute} |"


def _sections(page: Page, level: int, links: Mapping[str, str]) -> list[str]:
    """The sections as Markdown; names of codes become links where they are items or lists."""
    parts = []
    for section in page.sections:
        parts += [f"{'#' * level} {section.title}"] if section.title else []
        parts += [_linked(text, links) if section.title == "What it explains" else text for text in section.paragraphs]
        parts += ["\n".join(["```text", *section.rows, "```"])] if section.rows else []
        items = [_item(label, text, links) for label, text in section.items if label != MOVING]
        parts += ["\n".join(items)] if items else []
    return parts


def _item(label: str, text: str, links: Mapping[str, str]) -> str:
    if not label:
        return f"- {text}"
    return f"- **{_linked(label, links)}**: {_linked(text, links) if label == 'Codes' else text}"


def _linked(text: str, links: Mapping[str, str]) -> str:
    return re.sub(r"[a-z0-9]+(?:-[a-z0-9]+)+", lambda name: links.get(name[0], name[0]), text)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
