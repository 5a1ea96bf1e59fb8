"""What is listed in two places is listed alike in both: each list that must agree with another, and what says so."""

from typing import get_args

import pytest
from facts import target

from cgrdoctor import fail
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS, HEALTHY
from cgrdoctor.model import AREAS, CONFIDENCES, LEGS, OWNERS, SEVERITIES, CheckStatus, ExitStatus, RunStatus
from cgrdoctor.report import outline, text
from cgrdoctor_checks.remedies.fresh_remote import OF_THE_INSTANCE, with_recreation

CATALOGUE = load()
OURS = [check for check in CATALOGUE.checks if not check.distribution]
CODES = {code.name: code for check in OURS for code in check.codes}

# The closed words of the report, as its readers rely on them

PATH = """
    reference client client-to-artifactory artifactory policy artifactory-to-upstream upstream-account image cache
    client-to-upstream
"""
PUBLISHED = [
    ("legs", LEGS, PATH),
    ("owners", OWNERS, "developer artifactory-admin network-team chainguard-org-admin chainguard-support jfrog-support"),
    ("areas", AREAS, "reference docker network artifactory fields token pull cache policy direct image"),
    ("severities", SEVERITIES, "fail warn info"),
    ("confidences", CONFIDENCES, "certain likely possible"),
    ("statuses of a check", get_args(CheckStatus), "pass info warn fail skip error"),
    ("statuses of a run", get_args(RunStatus), "interrupted faulty incomplete warning healthy"),
    ("exit statuses", tuple(str(one.value) for one in ExitStatus), "0 1 2 3 130 142 143"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "ours", "published"), PUBLISHED, ids=[what for what, *_ in PUBLISHED])
def test_no_word_of_the_report_is_lost_or_moved(what, ours, published):
    assert list(ours) == published.split(), f"scripts and reports rely on these {what}, in this order"


WORDS = [
    ("outline.LEGS", outline.LEGS, LEGS),
    ("outline.OWNERS", outline.OWNERS, OWNERS),
    ("outline.CONFIDENCE", outline.CONFIDENCE, CONFIDENCES),
    ("outline.WORDS", outline.WORDS, get_args(RunStatus)),
    ("text.STYLES", text.STYLES, {*get_args(CheckStatus), *get_args(RunStatus)}),
]


@pytest.mark.parametrize(("name", "words", "listed"), WORDS, ids=[name for name, *_ in WORDS])
def test_every_word_has_its_words_for_people(name, words, listed):
    assert sorted(set(listed) - set(words)) == [], f"{name} lacks them"
    assert sorted(set(words) - set(listed)) == [], f"{name} names what there is not"


@pytest.mark.parametrize("check", OURS, ids=lambda check: check.id)
def test_a_check_stands_in_an_area(check):
    assert check.id.partition(".")[0] in AREAS, f"{check.id} begins with no area; model.Area lists them"


# What a code is made of

WORLDS = {name for fault in FAULTS.values() for name in (fault.code, *fault.accept, *fault.beside)} | {
    name for world in HEALTHY.values() for name in world.beside
}
WITHOUT_A_WORLD = {
    "given-settings-differ": "what a run is given decides; tests/lab/test_given.py",
    "dns-failure": "the lab's names are told by --connect-to; tests/e2e/test_network.py has a name server",
    "docker-permission-denied": "what user the tests run as decides; tests/lab/test_docker.py",
    "ipv6-broken": "the lab has one address; tests/e2e/test_network.py has both families",
}


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_a_code_has_a_world_and_a_remedy(code):
    lacking = [
        f"{what} of {code.name}: {where}"
        for there, what, where in (
            (code.name in WORLDS or code.name in WITHOUT_A_WORLD, "the world", "a Fault in cgrdoctor/lab/faults/"),
            (code.fix, "the remedy", "`fix` in checks/cgrdoctor_checks/codes/"),
            (code.meaning, "the meaning", "`meaning` in checks/cgrdoctor_checks/codes/"),
            (code.why, "why it matters", "`why` in checks/cgrdoctor_checks/codes/"),
            (code.looks_at, "what is looked at", "`looks_at` in checks/cgrdoctor_checks/codes/"),
            (code.leg in LEGS, "the leg", "one of model.Leg"),
            (code.owner in OWNERS, "the owner", "one of model.Owner"),
        )
        if not there
    ]

    assert lacking == []


def test_what_is_excused_from_a_world_has_none():
    assert sorted(set(WITHOUT_A_WORLD) & WORLDS) == []
    assert sorted(set(WITHOUT_A_WORLD) - set(CODES)) == []


@pytest.mark.parametrize("world", [*FAULTS.values(), *HEALTHY.values()], ids=lambda world: world.name)
def test_a_world_expects_codes_that_checks_declare(world):
    wanted = {name for name in (world.code, *world.accept, *world.beside) if name}

    assert sorted(wanted - set(CODES)) == [], "no check declares them"


# Causes on leg `artifactory`: of a repository, which a fresh one tells apart, or of the whole instance

INSTANCE = """
    not-artifactory artifactory-unhealthy artifactory-storage-full artifactory-too-old artifactory-credentials-missing
    artifactory-credentials-rejected artifactory-permission-denied docker-api-not-routed token-realm-mismatch
    authorization-not-forwarded clock-skew jfrog-cloud-instance-inactive jfrog-cloud-quota-exceeded sign-in-required
    artifactory-nodes-differ artifactory-rate-limited artifactory-resources-exhausted gateway-timeout head-request-refused
    login-not-requested
""".split()  # noqa: SIM905 - a list of words is easier to compare


@pytest.mark.parametrize("name", INSTANCE)
def test_a_fresh_remote_is_no_remedy_for_the_whole_instance(name):
    finding = fail(CODES[name], "s", subject="acme.jfrog.io", leg="artifactory")

    assert name in OF_THE_INSTANCE, f"fresh_remote.OF_THE_INSTANCE lacks {name}"
    assert with_recreation(target(), finding) == finding


def test_nothing_else_is_the_instances():
    assert sorted(set(OF_THE_INSTANCE) - set(INSTANCE)) == []
