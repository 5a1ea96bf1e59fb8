"""The report as JUnit XML: one test case a check, so that a pipeline shows what failed."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from cgrdoctor.model import CheckResult, Report
from cgrdoctor.report.clean import escaped, inert
from cgrdoctor.report.outline import closing, what_of


def render(report: Report) -> str:
    """XML with a declaration and a line feed at the end. Failures are findings at or above `--fail-on`."""
    failing = ("warn", "fail") if report.run.options.get("fail_on") == "warn" else ("fail",)
    suite = Tree.Element("testsuite", name="cgrdoctor")
    for check in report.checks:
        suite.append(_case(check, failing))
    if not report.complete:
        suite.append(_unfinished(report))
    _count(suite, report)
    _child(suite, "system-out", f"{report.summary}\n{closing(report)}")
    root = Tree.Element("testsuites")
    root.append(suite)
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"


def _count(suite: Tree.Element, report: Report) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{element}"))))
    suite.set("time", f"{report.run.duration:.3f}")
    suite.set("timestamp", inert(report.run.started_at))


def _case(check: CheckResult, failing: tuple[str, ...]) -> Tree.Element:
    case = Tree.Element("testcase", classname=_area(check.id), name=inert(check.id), time=f"{check.duration:.3f}")
    if check.status in failing:
        for finding in check.findings:
            if finding.severity in failing:
                _child(case, "failure", finding.summary, message=finding.summary, type=finding.code)
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
