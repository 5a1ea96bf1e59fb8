"""The decision over arbitrary tables: what must hold whatever was seen, in whatever order, and by whichever causes."""

import random
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pulls import HOST, STARTED, TARGET, through

from cgrdoctor.net.failure import OWN, Failure
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes import decide as deciding
from cgrdoctor_checks.causes.catalogue import causes
from cgrdoctor_checks.causes.decide import decide
from cgrdoctor_checks.causes.explain import findings
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.row import Arm, Row
from cgrdoctor_checks.causes.table import Asked, Table
from cgrdoctor_checks.causes.tabulate import tabulate
from cgrdoctor_checks.causes.weigh import CONTRADICTS, NOTHING, POINTS, Weighed, weigh
from cgrdoctor_checks.facts.artifactory.symptom import Symptom
from cgrdoctor_checks.facts.artifactory.upstream_stages import STAGES as ROWS_OF_STAGES
from cgrdoctor_checks.facts.direct.pulls import Verdict
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull

DEMANDS = ("through", "control", "tags", "control-tags")
MARKS = [
    "said",
    "permission",
    "xray-words",
    "curation-words",
    "nobody",
    "denied",
    "unauthorized",
    "of-upstream",
    "head",
    "page",
    "signed",
    "reason",
    "late",
    "whole-timeout",
    "as-upstream",
    "another-node",
    "has-tag",
    "lacks-tag",
    "anonymous",
    "capability",
    "listed",
    "other-works",
    "other-refused",
    "foreign",
    "others-held",
    "markers",
    "page-stored",
    "stored-right",
    "stored-wrong",
    "pattern",
    "blacked-out",
    "mime",
    "own-limit",
    "must-store",
    "edge-page",
    "storage",
]
SETTINGS = [
    "url-right",
    "url-departs",
    "url-elsewhere",
    "token-authentication-off",
    "token-authentication-on",
    "offline",
    "online",
    "blacked-out",
    "lenient",
    "no-user-name",
    "user-name",
    "user-name-malformed",
    "no-password",
    "include-rejects",
    "exclude-rejects",
    "excludes",
    "asks-by-get",
    "curated",
    "not-curated",
    "stores-nothing",
]
SEEN = {
    "settings": SETTINGS,
    "trace": ["assumed-offline", "offline", "denied", "transport", "upstream-status", "missed", "cached", "nothing"],
    "connection-test": ["reached", "page", "cut-off", "unclear"],
    "cache": ["held", "absent", "page-stored", "blob-absent", "blob-marked", "blob-held"],
    "member": ["serves", "refuses"],
    "token": ["past"],
    "catalog": ["catalog"],
}
OUTCOMES = ("works", "missing", "refused", "page", "error", "silent", "damaged", "limited", "unasked")
SYMPTOMS = sorted(flatten for part in get_args(Symptom) for flatten in (get_args(part) or (part,)))
STAGES = (None, *(stage.name for stage in ROWS_OF_STAGES))


def mechanisms(arm):
    if arm in SEEN:
        return SEEN[arm]
    return list(get_args(Verdict)) if arm in ("direct", "direct-control", "spelling") else SYMPTOMS


@st.composite
def a_row(draw):
    arm = draw(st.sampled_from(get_args(Arm)))
    of_control = arm in ("control", "control-tags", "direct-control")
    mechanism = draw(st.sampled_from(mechanisms(arm)))
    works = mechanism in ("ok", "works")
    return Row(
        arm=arm,
        role="demand" if arm in DEMANDS else "witness",
        step=draw(
            st.sampled_from(["token", "manifest", "platform-manifest", "config", "layer", "tags", "registry", "blobs"])
        ),
        image="control" if of_control else "target",
        outcome="works" if works else "seen" if arm in SEEN else draw(st.sampled_from(OUTCOMES[1:])),
        mechanism=mechanism,
        stage=draw(st.sampled_from(STAGES)),
        quoted=draw(st.sampled_from([None, 401, 403, 404, 407, 429, 503])),
        realm=draw(st.sampled_from(["", "cgr.dev", "auth.docker.io"])),
        marks=draw(st.frozensets(st.sampled_from(MARKS), max_size=4)),
        speaker=draw(st.sampled_from(["artifactory", "gateway", "cgr.dev", "edge", "download-host", "unknown"])),
        fresh=draw(st.sampled_from([None, True, False])),
        credential=draw(st.sampled_from(["", "same", "other", "unknown"])),
        node=draw(st.sampled_from(["", "node-1", "node-2"])),
    )


ASKED = st.builds(
    Asked,
    private=st.booleans(),
    pinned=st.booleans(),
    rolling=st.booleans(),
    virtual=st.sampled_from([None, True, False]),
    several=st.booleans(),
    settings=st.booleans(),
    anonymous=st.sampled_from([None, True, False]),
    guessed=st.booleans(),
)
TABLES = st.builds(Table, st.lists(a_row(), max_size=9, unique=True).map(tuple), ASKED)


def told(decision):
    return [
        (one.best.cause.name, one.certain, tuple(rival.cause.name for rival in one.rivals)) for one in decision.entries
    ]


@given(TABLES)
def test_what_fails_is_never_passed_over(table):
    decision = decide(table, causes())

    assert bool(decision.entries) == bool(table.failing)
    for row in table.failing:
        assert any(one.best.accounts(row) for one in decision.entries) or row in decision.unaccounted


@given(TABLES)
def test_what_no_cause_accounts_for_is_named(table):
    assert decide(table, ()).unaccounted == table.failing


@given(TABLES)
def test_what_is_certain_has_no_rival_with_a_sign_on_its_rows(table):
    for entry in decide(table, causes()).entries:
        explained = set(entry.best.cause.code.explains)
        signs = [one for one in entry.rivals if one.signed and not one.cause.code.umbrella]
        assert not entry.certain or {one.cause.name for one in signs} <= explained
        assert not entry.certain or entry.best.named
        assert not (entry.certain and (entry.unaccounted or table.asked.guessed))


@given(TABLES, st.sampled_from(causes()), a_row())
def test_a_row_that_contradicts_raises_no_cause(table, cause, row):
    def contradicted(one, seen):
        return CONTRADICTS if one == row else cause.answer(one, seen)

    before = weigh(cause, table)
    after = weigh(replace(cause, answer=contradicted), Table((*table.rows, row), table.asked))

    assert after.out
    assert all(answer <= NOTHING for one, answer in after.answers if one == row)
    assert isinstance(before, Weighed)


@given(TABLES, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_that_of_causes_matters(table, chance):
    rows, known = list(table.rows), list(causes())
    chance.shuffle(rows)
    chance.shuffle(known)

    assert told(decide(Table(tuple(rows), table.asked), known)) == told(decide(table, causes()))


@given(st.sampled_from(sorted(OWN)), st.sampled_from(["token", "manifest", "config"]))
def test_what_was_not_sent_is_neither_refused_nor_lost(kind, name):
    held_back = Step(
        name=name, host=HOST, exchange="x9", failure=Failure(stage="policy", kind=kind, message="", seconds=0)
    )
    case = Case(target=TARGET, through=through(held_back))

    assert not tabulate(case).failing
    assert list(findings(case)) == []


def pool():
    """Rows that any answer may depend on, each in the tables in which it may count."""
    chance = random.Random(3)
    marks = [frozenset(), *(frozenset({mark}) for mark in MARKS)]
    for arm in get_args(Arm):
        for mechanism, step in product(mechanisms(arm), ("manifest", "layer", "registry", "blobs", "tags")):
            row = Row(
                arm=arm,
                role="demand" if arm in DEMANDS else "witness",
                step=step,
                image="control" if arm.startswith("control") else "target",
                outcome="works" if mechanism in ("ok", "works") else "seen" if arm in SEEN else "missing",
                mechanism=mechanism,
                credential="same",
                marks=chance.choice(marks),
            )
            yield row
            yield from (replace(row, stage=stage, marks=chance.choice(marks)) for stage in STAGES)
            if step == "layer":
                yield replace(row, speaker="download-host", marks=frozenset({"storage"}))


POOL = tuple(pool())
KNOWN = {cause.name: cause for cause in causes()}
PAIRS = sorted(
    {tuple(sorted((one.name, other))) for one in causes() for other in one.code.look_alikes if other in KNOWN}
)


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_every_pair_of_look_alikes_has_a_row_that_tells_them_apart(left, right):
    control = Row(arm="control", role="demand", step="manifest", image="control", outcome="works", mechanism="ok")
    asked = [Asked(private=True), Asked(), Asked(private=True, pinned=True), Asked(private=True, settings=True)]
    apart = (
        KNOWN[left].answer(row, table) != KNOWN[right].answer(row, table)
        for row in POOL
        for one in asked
        for table in (Table((row,), one), Table((row, control), one))
    )

    assert any(apart)


def test_every_cause_says_how_it_would_be_excluded_and_by_whom():
    assert [cause.name for cause in causes() if cause.who and not cause.rival] == ["pull-through-failed"]
    assert all(not cause.parent or cause.parent in KNOWN for cause in causes())


UNKNOWN = Step(
    name="manifest",
    host=HOST,
    exchange="x9",
    status=404,
    shape="oci",
    code="MANIFEST_UNKNOWN",
    message="The named manifest is not known to the registry.",
)
FOUND = Step(name="manifest", host=HOST, exchange="x8", status=200)
WORKS = ControlPull(pull=through(FOUND, digest="sha256:" + "0" * 64).pull, started_at=STARTED)
FAILS = ControlPull(pull=through(UNKNOWN).pull, started_at=STARTED)
BLIND = Case(target=TARGET, through=through(UNKNOWN))
WHOLE = {"token-authentication-disabled", "remote-url-mismatch", "remote-offline", "upstream-unreachable"}


def rivals(case):
    (finding,) = findings(case)
    return {one.code for one in finding.rivals}


def test_another_image_that_comes_excludes_what_would_stop_it():
    assert not WHOLE & rivals(replace(BLIND, control=WORKS))
    assert rivals(replace(BLIND, control=FAILS)) >= WHOLE


def test_another_image_that_fails_alike_leaves_no_cause_of_this_one_alone():
    assert not {"image-not-found", "tag-not-found"} & rivals(replace(BLIND, control=FAILS))
    assert {"image-not-found", "image-not-in-catalog", "missed-retrieval-cached"} <= rivals(
        replace(BLIND, control=WORKS)
    )


def test_what_is_excluded_stands_in_the_finding_with_what_excluded_it():
    (finding,) = findings(replace(BLIND, control=WORKS))

    ruled_out = {one.code: one for one in finding.ruled_out}
    assert ruled_out["upstream-unreachable"].by == "the control image comes through the same repository"
    assert ruled_out["upstream-unreachable"].evidence


@settings(max_examples=20)
@given(TABLES)
def test_no_cause_is_known_to_the_decision(table):
    """Another set of causes is decided on in the same way."""
    few = causes()[::7]

    for entry in decide(table, few).entries:
        assert entry.best.cause in few
        assert entry.best.demand >= 1 or entry.best.witness >= POINTS
    source = Path(deciding.__file__).read_text(encoding="utf-8")
    assert [name for name in KNOWN if name in source] == []
