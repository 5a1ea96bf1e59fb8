"""`cgrdoctor graph`: what waits for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cgrdoctor.cli.forms import HELP, format_option, show_json, show_lines, wrapped

if TYPE_CHECKING:
    from cgrdoctor.engine.discovery import Catalogue

Edge = tuple[str, str, str]
"""Needed fact, node that needs it, strength."""


@click.command("graph", context_settings=HELP)
@format_option("text", "json", "mermaid", "dot")
def command(form: str) -> int:
    """Show which facts each probe makes, and which facts probes and checks need."""
    from cgrdoctor.engine.discovery import load

    catalogue = load()
    if form == "json":
        show_json(as_data(catalogue))
    else:
        show_lines({"text": as_text, "mermaid": as_mermaid, "dot": as_dot}[form](catalogue))
    return 0


def edges(catalogue: Catalogue) -> list[Edge]:
    """Every need, sorted; probes stand for the fact they make."""
    from cgrdoctor.engine.declare import Check, Probe, fact_name

    nodes: tuple[Probe | Check, ...] = (*catalogue.probes, *catalogue.checks)
    found = {
        (fact_name(fact), fact_name(node.makes) if isinstance(node, Probe) else node.id, need.strength)
        for node in nodes
        for need in node.needs
        for fact in need.facts
    }
    return sorted(found)


def as_data(catalogue: Catalogue) -> dict[str, object]:
    """Facts with the probe that makes them, checks, and the edges between."""
    from cgrdoctor.engine.declare import fact_name

    return {
        "facts": {fact_name(probe.makes): probe.origin for probe in catalogue.probes},
        "checks": [check.id for check in catalogue.checks],
        "edges": [
            {"from": source, "to": target, "strength": strength} for source, target, strength in edges(catalogue)
        ],
    }


def as_text(catalogue: Catalogue) -> list[str]:
    """A paragraph a node with what it needs: first how the facts are made, then what the checks judge."""
    from cgrdoctor.engine.declare import fact_name

    marks = {"required": "", "any-of": "|", "optional": "?"}
    needs: dict[str, list[str]] = {}
    for source, target, strength in edges(catalogue):
        needs.setdefault(target, []).append(source + marks[strength])
    facts = sorted(fact_name(probe.makes) for probe in catalogue.probes)
    lines = ["A mark says how much a need is needed: ? it may be missing, | one of several.", "", "Facts"]
    lines += [line for name in facts for line in _need(name, needs.get(name, []))]
    lines += ["", "Checks"]
    return lines + [line for check in catalogue.checks for line in _need(check.id, needs.get(check.id, []))]


def _need(name: str, needs: list[str]) -> list[str]:
    return wrapped(f"{name} <- {', '.join(needs) or 'nothing'}", "  ", 6)


def as_mermaid(catalogue: Catalogue) -> list[str]:
    """A Mermaid flowchart; dotted arrows are needs that may stay unmet."""
    names = {name: f"n{place}" for place, name in enumerate(_nodes(catalogue))}
    lines = ["flowchart LR"]
    lines += [f'  {key}["{name}"]' for name, key in names.items()]
    return lines + [f"  {names[a]} {'-->' if s == 'required' else '-.->'} {names[b]}" for a, b, s in edges(catalogue)]


def as_dot(catalogue: Catalogue) -> list[str]:
    """A Graphviz digraph; checks are boxes."""
    checks = {check.id for check in catalogue.checks}
    lines = ["digraph cgrdoctor {", "  rankdir=LR;"]
    lines += [f'  "{name}" [shape={"box" if name in checks else "ellipse"}];' for name in _nodes(catalogue)]
    lines += [f'  "{a}" -> "{b}"{"" if s == "required" else " [style=dashed]"};' for a, b, s in edges(catalogue)]
    return [*lines, "}"]


def _nodes(catalogue: Catalogue) -> list[str]:
    from cgrdoctor.engine.declare import fact_name

    facts = {fact_name(probe.makes) for probe in catalogue.probes} | {source for source, _, _ in edges(catalogue)}
    return [*sorted(facts), *(check.id for check in catalogue.checks)]
