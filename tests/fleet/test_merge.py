"""Many reports in one answer: cause, machines and what separates them are right, whatever the fleet."""

import io
import json
import os
import random
import re
from html.parser import HTMLParser

import pytest
from machines import HOST, SEPARATING, Machine, fleet
from typed import typed

from cgrdoctor.fleet.collect import collect
from cgrdoctor.fleet.sources import entries
from cgrdoctor.fleet.summary import summarise
from cgrdoctor.fleet.text import as_text, markdown
from cgrdoctor.report import json as reports

SEEDS = range(12)


def merged(machines, *, whole=False, seed=0):
    dice = random.Random(seed)
    if whole:
        data = b"".join(msgspec_line(machine.report(dice)) for machine in machines)
    else:
        data = b"".join(machine.line(dice) for machine in machines)
    return summarise(collect(entries(["-"], io.BytesIO(data))))


def msgspec_line(report):
    """A whole report on one line, as other tools write it."""
    return json.dumps(json.loads(reports.encode(report))).encode() + b"\n"


def told(summary):
    return {
        (cause.code, frozenset(cause.nodes)): cause.separates and (cause.separates.fact, cause.separates.here, cause.separates.elsewhere)
        for cause in summary.causes
    }  # fmt: skip


@pytest.mark.parametrize("whole", [False, True], ids=["lines", "reports"])
@pytest.mark.parametrize("size", [8, 24])
@pytest.mark.parametrize("seed", SEEDS)
def test_cause_machines_and_what_separates_them_are_right(seed, size, whole):
    machines = fleet(seed, size)
    expected = {}
    for code, (_, name, here, elsewhere) in SEPARATING.items():
        nodes = frozenset(machine.node for machine in machines if code in machine.causes)
        if nodes:
            expected[code, nodes] = (name, here, elsewhere)

    assert told(merged(machines, whole=whole, seed=seed)) == expected


@pytest.mark.parametrize("size", [1, 2, 20])
def test_where_all_are_alike_nothing_separates(size):
    machines = [Machine(f"n{number}", common=["token-expired"]) for number in range(size)]

    assert list(told(merged(machines)).values()) == [None]


@pytest.mark.parametrize("failing", [1, 2, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_where_nothing_on_the_machine_explains_it_nothing_is_claimed(failing, seed):
    machines = [Machine(f"n{number}", common=["image-missing"] if number < failing else []) for number in range(24)]

    assert list(told(merged(machines, seed=seed)).values()) == [None]


def test_a_healthy_fleet_is_a_count():
    summary = merged([Machine(f"n{number}") for number in range(500)])

    assert as_text(summary) == "500 reports of 500 nodes: 500 healthy\n"
    assert summary.causes == ()


def test_one_cause_that_two_things_bring_about_is_two():
    machines = [Machine(f"n{number}") for number in range(20)]
    summary = []
    dice = random.Random(3)
    for number, machine in enumerate(machines):
        line = json.loads(machine.line(dice))
        if number < 5:
            line |= {"status": "faulty", "exit": 1, "codes": ["connect-timeout"], "subjects": [HOST]}
            line["seen"] |= {f"{HOST} address": "10.9.9.9"} if number < 3 else {"proxy": "10.0.0.9:3128"}
        summary.append(json.dumps(line).encode() + b"\n")
    found = told(summarise(collect(entries(["-"], io.BytesIO(b"".join(summary))))))

    assert found == {
        ("connect-timeout", frozenset({"n0", "n1", "n2"})): (f"{HOST} address", "10.9.9.9", "10.201.0.1"),
        ("connect-timeout", frozenset({"n3", "n4"})): ("proxy", "10.0.0.9:3128", "none"),
    }


def with_causes(machines, dice, changes):
    """Lines of machines; `changes` are by node: codes with subjects, and what is seen there instead."""
    lines = []
    for machine in machines:
        line = json.loads(machine.line(dice))
        if machine.node in changes:
            codes, seen = changes[machine.node]
            if codes:
                line |= {"status": "faulty", "exit": 1, "codes": [*codes], "subjects": [*codes.values()]}
            line["seen"] |= seen
        lines.append(json.dumps(line).encode() + b"\n")
    return summarise(collect(entries(["-"], io.BytesIO(b"".join(lines)))))


def test_of_two_causes_on_the_same_machines_each_has_its_own():
    """The address would come before the node of Artifactory, the login before the egress."""
    machines, seen = [Machine(f"n{number}") for number in range(24)], {"egress": "1.1 filter", "login": "/etc/old.json"}
    changes = {"n1": ({"upstream-blocked": "cgr.dev", "credentials-rejected": HOST}, seen), "n2": ({"upstream-blocked": "cgr.dev", "credentials-rejected": HOST}, seen)}  # fmt: skip
    changes["n5"] = ({"connect-timeout": HOST, "server-error": HOST}, {f"{HOST} address": "10.9.9.9"})
    found = told(with_causes(machines, random.Random(4), changes))

    assert found["upstream-blocked", frozenset({"n1", "n2"})][:2] == ("egress", "1.1 filter")
    assert found["credentials-rejected", frozenset({"n1", "n2"})][:2] == ("login", "/etc/old.json")
    assert found["connect-timeout", frozenset({"n5"})][:2] == (f"{HOST} address", "10.9.9.9")
    assert found["server-error", frozenset({"n5"})] is None


VARIED = {
    "connection-timeout": (HOST, f"{HOST} address", "10.9.9.9", ("10.0.0.1", "10.0.0.1", "10.0.0.2")),
    "artifactory-credentials-rejected": (HOST, "login", "/etc/old.json", ("/root/.docker/config.json", "/root/.docker/config.json", "CGRDOCTOR_REGISTRY_USER")),
    "artifactory-unhealthy": (HOST, "Artifactory node", "art-9", ("art-1", "art-2", "art-3", "art-1")),
}  # fmt: skip
"""What can bring a cause about, and is not the same on all healthy machines either."""


@pytest.mark.parametrize("code", VARIED)
def test_of_few_machines_one_shows_what_can_bring_its_cause_about(code):
    subject, name, here, elsewhere = VARIED[code]
    machines = [Machine(f"n{number}") for number in range(1 + len(elsewhere))]
    changes = {f"n{number}": ({}, {name: value}) for number, value in enumerate(elsewhere, 1)}
    found = told(with_causes(machines, random.Random(4), {"n0": ({code: subject}, {name: here}), **changes}))

    assert found[code, frozenset({"n0"})][:2] == (name, here)


@pytest.mark.parametrize("code", VARIED)
def test_of_few_machines_what_cannot_bring_it_about_says_nothing(code):
    _, name, here, elsewhere = VARIED[code]
    machines = [Machine(f"n{number}") for number in range(1 + len(elsewhere))]
    changes = {f"n{number}": ({}, {name: value}) for number, value in enumerate(elsewhere, 1)}
    found = told(with_causes(machines, random.Random(4), {"n0": ({"image-missing": "x/y"}, {name: here}), **changes}))

    assert found["image-missing", frozenset({"n0"})] is None


def test_what_machines_without_the_cause_have_as_well_does_not_separate():
    machines, other = [Machine(f"n{number}") for number in range(24)], {f"{HOST} issuer": "Acme Inspection CA"}
    changes = {f"n{number}": ({"tls-untrusted": HOST}, other) for number in range(3)}
    changes["n2"] = ({"tls-untrusted": HOST, "image-missing": "acme.com/x"}, other)
    changes["n3"] = ({"image-missing": "acme.com/x"}, other)
    found = told(with_causes(machines, random.Random(4), changes))

    assert found["image-missing", frozenset({"n2", "n3"})] is None


def test_it_is_said_in_a_sentence():
    machines = [Machine(f"n{number}", ["connection-refused"] if number in (3, 7) else []) for number in range(20)]

    shown = as_text(merged(machines))
    assert "2 of 20: acme.jfrog.io resolves to 10.201.0.99 there; the other 18 have 10.201.0.1\n      n3, n7\n" in shown


def many(count):
    """Ever so many machines with ever so many causes."""
    dice = random.Random(5)
    lines = []
    for number in range(count):
        line = json.loads(Machine(f"node-{number:04}").line(dice))
        if number % 2:
            line |= {"status": "faulty", "exit": 1, "codes": [f"cause-{number % 90}"], "subjects": ["a|b\n`x` <y>"]}
        elif number % 7 == 0:
            line |= {"status": "incomplete", "exit": 3}
        lines.append(json.dumps(line).encode() + b"\n")
    return summarise(
        collect(entries(["-"], io.BytesIO(b"".join(lines)))), [f"node-{number:04}" for number in range(count + 90)]
    )


def test_markdown_has_sixty_lines_and_names_every_failing_machine():
    summary = many(900)
    shown = markdown(summary)

    assert shown.count("\n") <= 60
    for number in range(900):
        fails = number % 2 or number % 7 == 0
        assert (f"`node-{number:04}`" in shown) == bool(fails), number
    assert "`node-0989`" in shown


class Cells(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.rows, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def test_the_page_is_a_matrix_of_machines_and_legs(tmp_path):
    dice = random.Random(1)
    machines = [Machine(f"n{number}", ["tls-untrusted"] if number == 4 else []) for number in range(6)]
    (tmp_path / "all.ndjson").write_bytes(b"".join(machine.line(dice) for machine in machines))
    status, page, _ = typed("report", "merge", str(tmp_path / "all.ndjson"), "-f", "html")

    rows = Cells(page).rows
    column = rows[0].index("this machine")
    assert status == 0
    assert [row[0] for row in rows[1:]] == ["n4", "5 more"]
    assert rows[1][column] == "tls-untrusted"
    assert not re.search(r"<(?:script|link|img|iframe)", page)


def test_the_document_is_as_published(tmp_path):
    dice = random.Random(1)
    for place, number in (("a", 1), ("b", 2)):
        (tmp_path / place).mkdir()
        (tmp_path / place / "report.json").write_bytes(
            reports.encode(Machine(f"n{number}", ["clock-skew"][: number - 1]).report(dice))
        )
    (tmp_path / "a" / "half.json").write_text('{"half')
    (tmp_path / "expected").write_text("node/n1\n# a remark\nn2\nn3\n")
    status, shown, _ = typed(
        "report",
        "merge",
        str(tmp_path / "a"),
        str(tmp_path / "b"),
        "--expect",
        str(tmp_path / "expected"),
        "-f",
        "json",
    )

    found = json.loads(shown)
    assert status == 3
    assert [(row["name"], row["node"], row["codes"]) for row in found["reports"]] == [
        ("a/report.json", "n1", []), ("b/report.json", "n2", ["clock-skew"]),
    ]  # fmt: skip
    cause = found["causes"][0]
    assert {"code", "subject", "title", "severity", "reports", "separates"} <= set(cause)
    assert (cause["reports"], cause["title"]) == (["b/report.json"], "The title of clock-skew")
    assert cause["separates"] == {"fact": "clock", "here": "14 days behind", "elsewhere": "right"}
    assert found["missing"] == ["n3"]
    assert [one["name"] for one in found["unreadable"]] == ["a/half.json"]
    assert found["counts"]["reports"] == 2


def test_a_line_does_not_count_beside_its_report(tmp_path):
    source = tmp_path / "source.json"
    source.write_bytes(reports.encode(Machine("n1").report(random.Random(1))))
    runs = tmp_path / "runs"
    runs.mkdir()
    assert typed("report", "show", str(source), "-o", str(runs / "r.json"), "-o", str(runs / "all.ndjson"))[0] == 0

    assert json.loads(typed("report", "merge", str(runs), "-f", "json")[1])["counts"]["reports"] == 1


def test_words_of_later_versions_are_read(tmp_path):
    """Sets of words may grow; a machine with a newer doctor is no unreadable one."""
    machine = Machine("late", ["clock-skew"])
    line = {**json.loads(machine.line(random.Random(1))), "leg": "service-mesh", "owner": "mesh-team"}
    whole = json.loads(reports.encode(Machine("later", ["clock-skew"]).report(random.Random(1))))
    whole["run"]["vantage"] = "proxy"
    whole["target"]["access_method"] = "header"
    whole["diagnosis"][0].update(leg="service-mesh", owner="mesh-team")
    (tmp_path / "a.ndjson").write_text(json.dumps(line) + "\n")
    (tmp_path / "b.json").write_text(json.dumps(whole))

    status, told, _ = typed("report", "merge", "-f", "json", str(tmp_path))

    found = json.loads(told)
    assert (status, found["unreadable"]) == (0, [])
    assert [(one["nodes"], one["leg"], one["owner"]) for one in found["causes"]] == [
        (["late", "later"], "service-mesh", "mesh-team")
    ]
    for form in ("text", "markdown", "html"):
        assert "mesh-team" in typed("report", "merge", "-f", form, str(tmp_path))[1]


TABLE = "NAME      STATUS   ROLES    AGE   VERSION\nn1        Ready    <none>   5d    v1.31.2\nn3   Ready   <none>   5d   v1.31.2\n"
ALONE = json.dumps({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n3"}})


@pytest.mark.parametrize(
    "names",
    [
        "node/n1\r\nnode/n3\r\n".encode("utf-16"),
        "\ufeffn1\nn3\n".encode("utf-16-be"),
        TABLE.encode(),
        TABLE.encode("utf-16"),
        ALONE.encode(),
        json.dumps({"items": [{"metadata": {"name": "n1"}}, {"metadata": {"name": "n3"}}]}).encode("utf-16"),
    ],
    ids=["utf-16", "big-endian", "table", "table of PowerShell", "one node", "json of PowerShell"],
)
def test_who_is_expected_is_read_as_it_is_printed(tmp_path, names):
    """What kubectl prints of nodes without `-o name`, and what PowerShell makes of it."""
    (tmp_path / "expected").write_bytes(names)
    (tmp_path / "lines.ndjson").write_bytes(Machine("n1").line(random.Random(1)))

    status, told, _ = typed(
        "report", "merge", str(tmp_path / "lines.ndjson"), "--expect", str(tmp_path / "expected"), "-f", "json"
    )

    assert (status, json.loads(told)["missing"]) == (3, ["n3"])


def test_who_is_expected_can_be_kept_at_home(tmp_path):
    """A shell leaves `--expect=~/FILE` as it stands."""
    (tmp_path / "nodes.txt").write_text("n1\nn3\n")
    (tmp_path / "lines.ndjson").write_bytes(Machine("n1").line(random.Random(1)))

    status, told, _ = typed(
        "report", "merge", str(tmp_path / "lines.ndjson"), "--expect=~/nodes.txt", "-f", "json",
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip

    assert (status, json.loads(told)["missing"]) == (3, ["n3"])
