"""What a person reads on a terminal: cause, way, what decided, fix, owner, and a last line that says it once more."""

from pathlib import Path

import msgspec
import pytest
from rows import plain, rows

from cgrdoctor.model import OWNERS, Because, Command, Diagnosis, Exchange, Remedy, Report, Rival, RuledOut, Unverified
from cgrdoctor.report import json, text
from cgrdoctor.report.page import Style

KEPT = Path(__file__).parent / "of_1_0"
IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
LONG = (
    "https://acme.jfrog.io/artifactory/api/storage/cgr-private-cache/" + "a-part-of-a-path/" * 7 + "list.manifest.json"
)


def kept(name: str) -> Report:
    return json.decode((KEPT / f"{name}.json").read_bytes())


def exchange(number: int, url: str, status: int | None = 200, body: str = "", error: str | None = None) -> Exchange:
    return Exchange(
        id=f"x{number}",
        kind="http",
        at="2026-11-28T12:00:00.000Z",
        method="GET",
        url=url,
        status=status,
        body_excerpt=body,
        error=error,
        timings={"headers": 4.0},
    )


THROUGH = exchange(
    2,
    "https://acme.jfrog.io/v2/cgr-private/acme.com/python/manifests/3.12",
    404,
    '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"not known"}]}',
)
DIRECT = exchange(3, "https://cgr.dev/v2/acme.com/python/manifests/3.12")
PING = exchange(1, "https://acme.jfrog.io/v2/", 401)


def cause(**changes) -> Diagnosis:
    fields = {
        "code": "missed-retrieval-cached",
        "title": "Artifactory remembers a miss",
        "leg": "cache",
        "severity": "fail",
        "confidence": "likely",
        "summary": "cgr-private answers 404 out of its memory",
        "subject": "cgr-private",
        "because": (Because(text="cgr-private answers 404 out of its memory", evidence=("x1", "x2", "x3")),),
        "owner": "artifactory-admin",
        "remedy": Remedy(summary="Zap the cache of cgr-private", steps=("Administration > Repositories > Remote",)),
    }
    return Diagnosis(**{**fields, **changes})


def report(*causes: Diagnosis, **changes) -> Report:
    return msgspec.structs.replace(
        kept("faulty"), diagnosis=causes or (cause(),), exchanges=(PING, THROUGH, DIRECT), **changes
    )


def lines(found: Report, **style) -> list[str]:
    return text.render(found, Style(**style)).splitlines()


def labelled(found: list[str], label: str) -> str:
    """The paragraph beside a label, its rows joined."""
    start = next(place for place, line in enumerate(found) if line.strip().startswith(label))
    rest = found[start + 1 :]
    more = next((place for place, line in enumerate(rest) if not line.startswith(" " * 10)), len(rest))
    return " ".join(" ".join([found[start], *rest[:more]]).split())


def test_the_cause_comes_first_and_the_last_line_names_code_step_and_owner():
    shown = lines(report())

    assert shown[0] == "FAIL  Artifactory remembers a miss: cgr-private answers 404 out of its memory"
    assert shown[-1] == "FAIL missed-retrieval-cached: zap the cache of cgr-private (Artifactory admin)"


def test_the_way_shows_where_it_breaks_and_the_direct_one_beside_it():
    shown = lines(report())
    place = next(place for place, line in enumerate(shown) if line.startswith("  pull"))

    assert "you --ok-- acme.jfrog.io (cache) --X-- cgr.dev --?-- blob host" in shown[place]
    assert "you --ok-- cgr.dev --?-- blob host" in shown[place + 1]


@pytest.mark.parametrize(
    ("leg", "marks"),
    [
        ("reference", "X ? ?"),
        ("client", "X ? ?"),
        ("client-to-artifactory", "X ? ?"),
        ("artifactory", "ok X ?"),
        ("policy", "ok X ?"),
        ("upstream-account", "ok X ?"),
        ("image", "ok X ?"),
        ("client-to-upstream", "ok ? ?"),
    ],
)
def test_each_leg_has_its_place_on_the_way(leg, marks):
    (way,) = [line for line in lines(report(cause(leg=leg))) if line.startswith("  pull")]

    assert [part.split("--")[0] for part in way.split(" --")[1:]] == marks.split()


def test_a_way_that_led_to_the_manifest_breaks_at_the_blobs():
    served = msgspec.structs.replace(THROUGH, status=200)
    found = msgspec.structs.replace(report(cause(leg="artifactory-to-upstream")), exchanges=(PING, served, DIRECT))

    assert "--ok-- acme.jfrog.io --ok-- cgr.dev --X-- blob host" in "\n".join(lines(found))


def test_seen_is_what_decided_and_not_what_came_first():
    seen = labelled(lines(report()), "Seen")

    assert "x2 manifest 3.12 through Artifactory: 404 MANIFEST_UNKNOWN: not known" in seen
    assert "x3 manifest 3.12 from cgr.dev: 200" in seen
    assert "x1" not in seen


def test_a_field_is_seen_by_the_exchange_that_showed_it():
    settings = exchange(9, "https://acme.jfrog.io/artifactory/api/repositories/cgr-private")
    reason = Because(text="expected https://cgr.dev/, found https://cgr.dev/v2/", evidence=("x9",))
    found = msgspec.structs.replace(
        report(cause(because=(reason,), summary="Artifactory remembers a miss")), exchanges=(settings,)
    )

    assert "x9 settings of cgr-private: expected https://cgr.dev/, found https://cgr.dev/v2/" in labelled(
        lines(found), "Seen"
    )


def test_nothing_is_said_twice():
    seen = "\n".join(lines(report()))

    assert seen.count("answers 404 out of its memory") == 1


def test_what_an_observation_names_is_not_set_against_itself():
    said = Because(text="the Secret is for cgr.dev; the image is at acme.jfrog.io")
    against = Because(text="expected acme.jfrog.io, found cgr.dev")

    seen = labelled(lines(report(cause(because=(said, against), summary="The pull secret is of no use"))), "Seen")
    assert "the Secret is for cgr.dev" in seen
    assert "expected" not in seen


def rivals(count: int) -> tuple[Rival, ...]:
    return tuple(
        Rival(code=f"rival-{number}", would_be_excluded_by=f"a look at {number}", who="developer")
        for number in range(count)
    )


def test_at_most_three_alternatives_each_with_the_look_that_excludes_it():
    shown = "\n".join(lines(report(cause(rivals=rivals(9)))))

    assert [f"rival-{number}, unless a look at {number}" in shown for number in range(4)] == [True, True, True, False]
    assert "(+6: -v)" in shown


def test_verbose_holds_what_was_left_out():
    command = Command(description="d", command="curl -X POST " + "long " * 60, kind="rest", changes=True)
    full = cause(
        rivals=rivals(9),
        ruled_out=(RuledOut(code="other-cause", by="seen otherwise"),),
        remedy=Remedy(summary="Zap", steps=("first", "second"), commands=(command,)),
    )
    found = report(full)

    brief, whole = "\n".join(lines(found)), "\n".join(lines(found, loudness=1))
    assert "1 other cause ruled out (-v)" in brief
    assert command.command.strip() not in brief
    assert command.command.strip() in whole
    assert "rival-8" in whole
    assert "other-cause: seen otherwise" in whole
    assert whole.splitlines()[-1] == brief.splitlines()[-1]


def test_quiet_leaves_cause_fix_and_owner():
    shown = lines(report(), loudness=-1)

    assert [line.split()[0] for line in shown] == ["FAIL", "Fix", "Administration", "Owner", "FAIL"]


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_one_cause_stays_on_the_screen_whatever_it_says(columns):
    wordy = "many words that follow each other " * 30
    full = cause(
        summary=wordy,
        because=tuple(Because(text=f"{number} {wordy}", evidence=("x2",)) for number in range(9)),
        rivals=rivals(18),
        remedy=Remedy(summary="Do this at once", steps=tuple(wordy for _ in range(9))),
    )

    shown = text.render(report(full), Style(columns=columns))

    assert rows(shown, columns) <= 22
    assert "Do this at once" in shown
    assert shown.splitlines()[-1].startswith("FAIL missed-retrieval-cached: do this at once")


def test_wider_terminals_are_used():
    assert rows(text.render(report(cause(rivals=rivals(3))), Style(columns=160)), 160) < rows(
        text.render(report(cause(rivals=rivals(3), summary="many words " * 20)), Style(columns=80))
    )
    assert max(len(line) for line in lines(report(cause(summary="many words " * 30)), columns=160)) > 100


def test_nothing_is_wrapped_where_nobody_looks():
    words = "many words that follow each other " * 6
    shown = lines(report(cause(summary=words)), wrapped=False)

    assert any(words.strip() in line for line in shown)


@pytest.mark.parametrize("columns", [40, 80, 132])
def test_an_address_is_never_broken(columns):
    shown = lines(report(cause(remedy=Remedy(summary=f"Delete {LONG} from the cache"))), columns=columns)

    assert any(LONG in line for line in shown)


def test_a_terminal_that_can_gets_links_and_says_the_same():
    found = report(cause(remedy=Remedy(summary=f"Delete {LONG}, then pull")))

    linked = text.render(found, Style(colour=True, links=True))

    assert f";{LONG}\x1b\\" in linked
    assert plain(linked) == text.render(found, Style())


@pytest.mark.parametrize("foreign", ["https://a/\x1b]8;;https://evil/\x07x", "https://a/\u202eb", "https://a/\x07"])
def test_a_link_holds_nothing_that_ends_it(foreign):
    linked = text.render(report(cause(remedy=Remedy(summary=foreign))), Style(colour=True, links=True))

    assert not set(plain(linked)) & {"\x1b", "\x07", "\u202e"}


def several(count: int) -> Report:
    return report(*(cause(code=f"cause-number-{number}", title=f"Cause {number}") for number in range(count)))


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_several_causes_stand_in_the_order_of_mending(count):
    shown = lines(several(count))
    found = [line.split()[2].rstrip(":") for line in shown if line.startswith("FAIL  Cause")]

    assert found == [str(number) for number in range(min(count, 3))]
    assert rows("\n".join(shown)) <= 30
    assert shown[-1].startswith("FAIL cause-number-0: ")
    assert all(f"cause-number-{number}" in "\n".join(shown) for number in range(3, count))


def test_the_first_cause_is_said_again_where_it_scrolled_away():
    found = several(4)

    low, high = lines(found, rows=14), lines(found, rows=60)
    tail = "\n".join(low[-13:])
    assert [word in tail for word in ("Cause 0", "Zap the cache", "Artifactory administrator")] == [True] * 3
    assert sum("Cause 0" in line for line in high) == 1


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("code", ["a-code", "a-code-as-long-as-the-longest-there-is"])
@pytest.mark.parametrize("fix", ["Log in", "Allow TCP 443 from Artifactory to cgr.dev; then try", f"Delete {LONG}", ""])
def test_the_last_line_has_eighty_columns(owner, code, fix):
    remedy = Remedy(summary=fix) if fix else None
    last = lines(report(cause(code=code, owner=owner, remedy=remedy)), columns=200)[-1]

    assert len(last) <= 80
    assert last.startswith(f"FAIL {code}: ")
    assert last.endswith(")")
    assert "https" not in last


def test_a_code_that_is_too_long_leaves_no_room_for_the_rest():
    last = lines(report(cause(code="acme/" + "a-long-code" * 6)))[-1]

    assert last == "FAIL acme/" + "a-long-code" * 6


def test_a_step_that_does_not_fit_is_shortened_by_its_last_clause():
    fix = "Delete the blob from the cache, and check the filestore of every node of the cluster for more of them"

    last = lines(report(cause(code="cache-corrupt", remedy=Remedy(summary=fix))))[-1]

    assert last == "FAIL cache-corrupt: delete the blob from the cache (Artifactory admin)"


def test_an_address_that_has_no_room_is_not_shortened_but_told_by_its_verb():
    fix = "Pull acme.jfrog.io/cgr-private/acme.com/python:3.12"

    last = lines(report(cause(code="reference-missing-organization", owner="developer", remedy=Remedy(summary=fix))))

    assert last[-1] == "FAIL reference-missing-organization: pull what Fix names (you)"


def test_then_is_the_pull_that_failed_or_the_one_that_the_remedy_corrects():
    corrected = Command(description="d", command="docker pull acme.jfrog.io/other/a:1", kind="shell", changes=False)
    own = cause(leg="reference", owner="developer", remedy=Remedy(summary="Use the key other", commands=(corrected,)))
    unspelt = cause(leg="reference", owner="developer", remedy=Remedy(summary="Use another key"))

    assert labelled(lines(report()), "Then") == f"Then docker pull {IMAGE}"
    assert labelled(lines(report(own)), "Then") == f"Then {corrected.command}"
    assert not [line for line in lines(report(unspelt)) if line.startswith("  Then")]


def test_a_healthy_run_says_what_was_not_verified_once_for_each_reason():
    fields = [
        Unverified(subject=f"Field {n}", why="only admins see it", unlocked_by="an admin's access token")
        for n in range(5)
    ]
    image = Unverified(subject="The image", why="nothing to compare", unlocked_by="a machine that reaches cgr.dev")
    found = msgspec.structs.replace(kept("healthy"), unverified=(*fields, image), facts={}, exchanges=())

    shown = lines(found)
    said = labelled(shown, "Unseen")
    assert said.count("only admins see it") == 1
    assert "5 requirements: only admins see it; needs an admin's access token" in said
    assert "The image: nothing to compare; needs a machine that reaches cgr.dev" in said
    assert rows("\n".join(shown)) <= 12
    assert shown[-1].startswith("HEALTHY")


def test_what_is_there_already_is_not_asked_for():
    image = Unverified(subject="The image", why="nothing to compare", unlocked_by="a machine that reaches cgr.dev")
    found = msgspec.structs.replace(kept("healthy"), unverified=(image,), exchanges=(DIRECT,))

    assert labelled(lines(found), "Unseen") == "Unseen The image: nothing to compare"


def test_a_run_that_was_cut_short_names_what_it_waited_for_first():
    waits = exchange(
        7, THROUGH.url, None, error="headers deadline: the run ended first (no complete answer after 4.0 s)"
    )
    short = msgspec.structs.replace(waits, id="x8", url=DIRECT.url, timings={"headers": 1.5})
    found = msgspec.structs.replace(kept("incomplete"), exchanges=(PING, short, waits), diagnosis=())

    shown = lines(found)

    assert labelled(shown, "Waited").startswith("Waited manifest 3.12 through Artifactory, 4.0 s manifest 3.12 from")
    assert shown[0].startswith("INCOMPLETE: ")
    assert shown[-1] == "INCOMPLETE: run it again with --deadline 12 (you)"


@pytest.mark.parametrize("name", ["faulty", "healthy", "incomplete", "interrupted", "warning"])
def test_older_reports_are_shown_on_a_screen_too(name):
    shown = text.render(kept(name), Style())

    assert rows(shown) <= 22
    words = {"faulty": "FAIL", "warning": "WARN"}
    assert shown.rstrip().splitlines()[-1].split(":")[0].split()[0] == words.get(name, name.upper())
