"""What can differ from one machine to the next, by name: read off the facts of a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cgrdoctor.model import Report
from cgrdoctor.report.clean import inert

MOST = 16
"""Values that a line holds."""

LONGEST = 96
"""Characters of a value."""

NONE = "none"
"""Looked at, and not there."""

SAME = 60
"""Seconds by which clocks may differ that are the same."""

PATHS = ("artifactory-path", "upstream-path", "blob-host-path")
ANSWERS = ("artifactory-ping", "registry-ping", "caller", "configuration-answer")
"""Facts that hold the path to one host, and those that hold an answer of Artifactory as `step`."""

_PART = re.compile(r"(commonName|organizationalUnitName|organizationName)=([^,]{1,200})")
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6}){1,3}")


def differing(report: Report) -> dict[str, str]:
    """At most 16 short values by name, what tells most first; the same name means the same in every report."""
    values: dict[str, str] = {}
    for name, value in _seen(report):
        if value and len(values) < MOST:
            values.setdefault(name, _short(value))
    return values


def further(report: Report) -> dict[str, str]:
    """More of the kind, for which a line has no room."""
    settings, puller = _value(report, "docker-settings"), _value(report, "registry-login")
    found = {
        "system": report.run.os,
        "cgrdoctor": report.tool.version,
        "vantage": report.run.vantage,
        "Artifactory": report.target.artifactory_url or "",
        "repository": report.target.repository or "",
        "user name": _text(puller, "username"),
        "digest at cgr.dev": _digest(report, "direct-pull"),
        "proxy of the engine": _text(settings, "https_proxy") or (NONE if settings else ""),
        "no_proxy of the engine": _text(settings, "no_proxy") or (NONE if settings else ""),
    }
    return {name: _short(value) for name, value in found.items() if value}


def _seen(report: Report) -> Iterator[tuple[str, str]]:
    paths = [path for name in PATHS if (path := _value(_value(report, name), "path"))]
    yield from ((f"{host} address", address) for host, address in map(_address, paths) if host)
    if paths:
        yield "proxy", _by_host(paths, lambda path: _text(path, "proxy") or NONE)
    yield "login", _login(report)
    yield from ((f"{host} issuer", issuer) for host, issuer in map(_issuer, paths) if host)
    yield "clock", _clock(report)
    yield "client", _client(report)
    yield "egress", _egress(report)
    yield "digest", _digest(report, "pull-through")
    yield "platform", report.target.platform or ""
    yield "Artifactory node", _header(report, "x-artifactory-node-id")
    version = _VERSION.search(_header(report, "x-jfrog-version"))
    yield "Artifactory version", version[0] if version else ""


def _value(holder: Report | Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a fact of the report, or a key of a value, holds; empty for anything else than an object."""
    if isinstance(holder, Report):
        record = holder.facts.get(name)
        found: Any = record.value if record is not None else None
    else:
        found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _items(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = value.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list | tuple) else []


def _address(path: Mapping[str, Any]) -> tuple[str, str]:
    """What the name leads to; without an address why not, as DNS says it."""
    host = _text(path, "host")
    if _text(path, "proxy"):
        return host, "by the proxy"
    if tried := {address for one in _items(path, "addresses") if (address := _text(one, "address"))}:
        return host, " ".join(sorted(_all_of(tried, path)))
    return host, _text(_value(path, "failure"), "kind")


def _all_of(tried: set[str], path: Mapping[str, Any]) -> set[str]:
    """The addresses that were tried; where they are some of those in DNS, all of their kind: of many each machine
    tries others. What a hosts file says is not in DNS."""
    found = {one for name in _items(path, "names") for one in name.get("addresses") or () if isinstance(one, str)}
    alike = {one for one in found if any((":" in one) == (":" in other) for other in tried)}
    return alike if tried.issubset(alike) else tried


def _issuer(path: Mapping[str, Any]) -> tuple[str, str]:
    """Who signed the certificates that the host showed."""
    shown = [_value(one, "certificate") for one in _items(path, "addresses")]
    names = [dict(_PART.findall(issuer)) or {"": issuer} for one in shown if (issuer := _text(one, "issuer"))]
    order = ("commonName", "organizationalUnitName", "organizationName", "")
    found = {" ".join(part for key in order if (part := name.get(key))) for name in names}
    return _text(path, "host"), ", ".join(sorted(found))


def _by_host(paths: list[dict[str, Any]], of: Callable[[dict[str, Any]], str]) -> str:
    """One value, or one for each host where they are not the same."""
    found = {_text(path, "host"): of(path) for path in paths}
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return ", ".join(f"{host}: {value}" for host, value in found.items())


def _login(report: Report) -> str:
    """Where the login for pulling came from, by name."""
    value = _value(report, "registry-login")
    return (_text(value, "source") or NONE) if value else ""


def _clock(report: Report) -> str:
    """This machine's clock beside those of others, as a person would say it."""
    for name in ("upstream-ping", *ANSWERS):
        skew = _value(_value(report, name), "step").get("skew")
        if isinstance(skew, int | float) and not isinstance(skew, bool):
            return _apart(float(skew))
    return ""


def _apart(skew: float) -> str:
    if abs(skew) <= SAME:
        return "right"
    size, unit = next((size, unit) for size, unit in ((86400, "days"), (3600, "h"), (60, "min")) if abs(skew) >= size)
    return f"{abs(skew) / size:.0f} {unit} {'behind' if skew > 0 else 'ahead'}"


def _client(report: Report) -> str:
    """The Docker engine and its version."""
    value = _value(report, "docker-engine")
    state = _text(value, "state")
    return f"docker {_text(value, 'release') or state}" if state else ""


def _egress(report: Report) -> str:
    """Who stands between this machine and cgr.dev, by what passed its answer on."""
    step = _value(_value(report, "upstream-ping"), "step")
    if step.get("status") is None:
        return ""
    return _of_headers(step, "via") or "direct"


def _digest(report: Report, fact: str) -> str:
    return _text(_value(_value(report, fact), "pull"), "digest")[:19]


def _header(report: Report, name: str) -> str:
    """A header of the first answer of Artifactory that has it."""
    steps = (_value(_value(report, fact), "step") for fact in ANSWERS)
    return next((found for step in steps if (found := _of_headers(step, name))), "")


def _of_headers(step: Mapping[str, Any], name: str) -> str:
    pairs = step.get("headers")
    for pair in pairs if isinstance(pairs, list | tuple) else ():
        if isinstance(pair, list | tuple) and len(pair) == 2 and str(pair[0]).lower() == name:
            return str(pair[1])
    return ""


def _short(value: str) -> str:
    line = inert(value)
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."
