"""What is known of a code, a check or Chainguard's hosts, as pages: the one source of `explain` and of the docs.

A page is a title and sections of paragraphs, items and fenced text; how it looks is up to who shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cgrdoctor.engine.declare import Check, fact_name
from cgrdoctor.engine.discovery import Catalogue
from cgrdoctor.model import Code
from cgrdoctor.net.hosts import HOSTS, ChainguardHost
from cgrdoctor.report.examples import fixes, shown
from cgrdoctor.report.outline import LEGS, who_of

HOSTS_PAGE = "hosts"

EXAMPLE = "What it looks like"

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs and then items: a label, empty for none, with its text; `rows` are of a screen, at most 80 columns.

    The beginning of a page has no title.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is what it is asked for by."""

    name: str
    title: str
    sections: tuple[Section, ...]


def names(catalogue: Catalogue) -> list[str]:
    """Everything there is a page for, codes first."""
    return [*catalogue.codes, *(check.id for check in catalogue.checks), HOSTS_PAGE]


def page(catalogue: Catalogue, name: str) -> Page | None:
    """The page of that name, None if there is none."""
    if name in catalogue.codes:
        return code_page(catalogue, catalogue.codes[name])
    check = next((check for check in catalogue.checks if check.id == name), None)
    if check is not None:
        return check_page(check)
    return hosts_page() if name == HOSTS_PAGE else None


def code_page(catalogue: Catalogue, code: Code) -> Page:
    """What it means, what it looks at, why it matters, what looks alike, how to fix it, where that is written."""
    found_by = finders(catalogue, code)
    alike = tuple(
        (other, " ".join((_titled(catalogue, other), f"How to tell: {how}" if how else "")).strip())
        for other, how in told_apart(catalogue.codes, code).items()
    )
    where = (
        ("Where", LEGS.get(code.leg, code.leg)),
        ("Who", who_of(code.owner)),
        ("Found by", ", ".join(check.id for check in found_by) or "no check of this installation"),
    )
    consequences = (f"Where these are found as well, they are its consequences: {', '.join(code.explains)}.",)
    umbrella = ("It names the leg because the exact cause cannot be seen; the rivals in the report say what decides.",)
    sections = (
        Section("", (code.meaning, *(umbrella if code.umbrella else ())), where),
        Section(EXAMPLE, rows=shown(code.name)),
        Section("What is looked at", (_sentence(code.looks_at),) if code.looks_at else ()),
        Section("Why it matters", tuple(text for text in (why(found_by, code),) if text)),
        Section("What looks alike, and how to tell", (), alike),
        Section("How to fix it", (code.fix,), _by_evidence(code)),
        Section("What it explains", consequences if code.explains else ()),
        Section("Sources", (), tuple(("", source) for source in code.sources)),
    )
    return Page(code.name, code.title, _filled(sections))


def check_page(check: Check) -> Page:
    """A check's docstring, which is written for this, and what the check finds and needs."""
    lead, *parts = _HEADING.split(check.doc)
    lead_text = _paragraphs(lead)
    written = [Section(title, _paragraphs(text)) for title, text in zip(parts[::2], parts[1::2], strict=True)]
    facts = (
        ("Codes", ", ".join(code.name for code in check.codes)),
        ("Needs", ", ".join(fact_name(fact) for fact in check.needed)),
        ("Guide", check.guide or ""),
        ("Unlocked by", check.unlocked_by or ""),
    )
    rows = next((rows for code in check.codes if (rows := shown(code.name))), ())
    sections = (
        Section("", lead_text, tuple(item for item in facts if item[1])),
        *written,
        Section(EXAMPLE, rows=rows),
    )
    return Page(check.id, check.title, _filled(sections))


def _filled(sections: Iterable[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.paragraphs or section.items or section.rows)


def _by_evidence(code: Code) -> tuple[tuple[str, str], ...]:
    """The fixes of this code by what was seen."""
    return tuple(
        (one.seen, f"{one.fix}." + (f" Who: {who_of(one.owner)}." if one.owner != code.owner else ""))
        for one in fixes(code.name)
    )


def hosts_page() -> Page:
    """Chainguard's hosts: which one plays which part, who needs it, according to which page, read when."""
    lead = (
        (
            "All of them TCP 443. Artifactory needs the first group to pull images; allow it by name, because "
            "Chainguard publishes no addresses for pulling and most of its records live 60 s."
        ),
        "The others are looked at only on request, with --only network.other-hosts, and stop no pull.",
    )
    groups = (("Needed to pull images", True), ("Needed for other purposes", False))
    sections = [
        Section(title, (), tuple((host.name, _host(host)) for host in HOSTS if host.pulls is pulls))
        for title, pulls in groups
    ]
    return Page(HOSTS_PAGE, "The hosts of Chainguard's network requirements", (Section("", lead), *sections))


def _host(host: ChainguardHost) -> str:
    versions = " and ".join(f"IPv{family}" for family in host.families)
    return f"{host.note}; {versions}; needed for: {host.needed_for} ({host.source}, read {host.read})"


def _titled(catalogue: Catalogue, name: str) -> str:
    return f"{catalogue.codes[name].title}." if name in catalogue.codes else ""


def finders(catalogue: Catalogue, code: Code) -> tuple[Check, ...]:
    """The checks that can find a code."""
    return tuple(check for check in catalogue.checks if code in check.codes)


def told_apart(codes: Mapping[str, Code], code: Code) -> dict[str, str]:
    """Every look-alike, whichever of the two names the other, and how to tell; else what the other one looks at."""
    mutual = [other.name for other in codes.values() if code.name in other.look_alikes]
    found = {}
    for name in dict.fromkeys((*code.look_alikes, *mutual)):
        other = codes.get(name)
        how = code.told_apart.get(name) or (other.told_apart.get(code.name) if other else None)
        found[name] = how or (
            _sentence(f"look at {other.looks_at}") if other and other.looks_at else "Explained by itself."
        )
    return found


def why(found_by: Iterable[Check], code: Code) -> str:
    """Why a code matters: its own words, else those of a check that finds it."""
    if code.why:
        return code.why
    texts = (section for check in found_by for section in check_page(check).sections)
    return next((" ".join(part.paragraphs) for part in texts if part.title == "Why it matters"), "")


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()) if part.strip())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
