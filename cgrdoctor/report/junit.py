"""The report as JUnit XML: one test case a check, so that a pipeline shows what failed, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as Tree

from cgrdoctor.model import CheckResult, Finding, Report
from cgrdoctor.report.cause import Told, about, told, unless, ways
from cgrdoctor.report.clean import escaped, inert
from cgrdoctor.report.ending import last_line
from cgrdoctor.report.outline import closing, what_of
from cgrdoctor.report.route import release

LABEL = 8


def render(report: Report) -> str:
    """XML with a declaration and a line feed at the end. Failures are findings at or above `--fail-on`."""
    failing = ("warn", "fail") if report.run.options.get("fail_on") == "warn" else ("fail",)
    causes = _by_finding(report)
    suite = Tree.Element("testsuite", name="cgrdoctor")
    for check in report.checks:
        suite.append(_case(check, failing, report, causes))
    if not report.complete:
        suite.append(_unfinished(report))
    _count(suite, report)
    _child(suite, "system-out", "\n".join(dict.fromkeys((report.summary, last_line(report), closing(report)))))
    root = Tree.Element("testsuites")
    root.append(suite)
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"


def _by_finding(report: Report) -> Mapping[tuple[str, str], Told]:
    """The cause that a finding is, or is a consequence of, by the finding's code and subject."""
    found: dict[tuple[str, str], Told] = {}
    causes = [told(entry, report) for entry in report.diagnosis]
    for one in causes:
        found.setdefault((one.entry.code, one.entry.subject), one)
    for one in causes:
        for item in one.entry.explains:
            found.setdefault((item.code, item.subject), one)
    return found


def _failure(finding: Finding, check: str, report: Report, cause: Told | None) -> tuple[str, str]:
    """Message and text of a finding: its cause as it stands on a screen, of a consequence the cause alone."""
    if cause is None:
        return finding.summary, finding.summary
    named = (finding.code, finding.subject)
    further = any((one.check, one.code, one.subject) == (check, *named) for one in cause.entry.explains)
    if not further and (cause.entry.code, cause.entry.subject) == named:
        return cause.line, "\n".join(_lines(cause, report))
    return finding.summary, f"{finding.summary}\nA consequence of {cause.entry.code}: {cause.line}"


def _lines(one: Told, report: Report) -> Iterator[str]:
    """Cause, way, what decided, fix, owner, alternatives."""
    yield f"{one.word}  {inert(one.line)}"
    version = release(report)
    for label, way in ways(report):
        yield _labelled(label, f"{way}        {version}" if version and label == "direct" else way)
    for seen in one.seen:
        yield _labelled("Seen", f"{seen.number} {seen.text}".strip())
    yield from _fix(one)
    if one.then:
        yield _labelled("Then", one.then)
    yield _labelled("Owner", one.owner)
    for rival in one.rivals:
        yield _labelled("Or", f"{rival.code}{about(rival, one.entry)}, {unless(rival)}")
    if one.left:
        yield _labelled("", f"and {len(one.left)} more")
    for command in one.commands:
        yield f"\n# {inert(command.description)} ({'changes something' if command.changes else 'only looks'})"
        yield command.command


def _fix(one: Told) -> Iterator[str]:
    remedy = one.entry.remedy
    if remedy is None:
        yield _labelled("Fix", f"cgrdoctor explain {one.entry.code}")
        return
    yield _labelled("Fix", remedy.summary)
    for number, step in enumerate(remedy.steps, 1):
        yield _labelled("", f"{number}. {step}" if len(remedy.steps) > 1 else step)


def _labelled(label: str, text: str) -> str:
    return f"{label:<{LABEL}}{inert(text)}"


def _count(suite: Tree.Element, report: Report) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{element}"))))
    suite.set("time", f"{report.run.duration:.3f}")
    suite.set("timestamp", inert(report.run.started_at))


def _case(
    check: CheckResult, failing: tuple[str, ...], report: Report, causes: Mapping[tuple[str, str], Told]
) -> Tree.Element:
    case = Tree.Element("testcase", classname=_area(check.id), name=inert(check.id), time=f"{check.duration:.3f}")
    if check.status in failing:
        for finding in check.findings:
            if finding.severity in failing:
                message, text = _failure(finding, check.id, report, causes.get((finding.code, finding.subject)))
                _child(case, "failure", text, message=message, type=finding.code)
    elif check.status == "error":
        _child(case, "error", check.summary, message=check.summary, type="error")
    elif check.status == "skip":
        _child(case, "skipped", "", message=what_of(check))
    elif check.summary:
        _child(case, "system-out", check.summary)
    return case


def _unfinished(report: Report) -> Tree.Element:
    case = Tree.Element("testcase", classname="cgrdoctor", name="the run is complete", time="0.000")
    _child(case, "error", report.summary, message=report.summary, type=report.status)
    return case


def _child(parent: Tree.Element, name: str, text: str, **attributes: str) -> None:
    child = Tree.SubElement(parent, name, {key: inert(value) for key, value in attributes.items()})
    if text:
        child.text = escaped(text)


def _area(check_id: str) -> str:
    return inert("cgrdoctor." + check_id.rpartition(".")[0])
