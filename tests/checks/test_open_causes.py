"""What a run excluded is no rival; what it left open is one, each once, with who could exclude it."""

from dataclasses import replace

import pytest
from pulls import HOST, STARTED, TARGET, through

from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.decision import cause
from cgrdoctor_checks.causes.differential import CAUSES, MOST, with_open_rivals
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.repository import Configuration, RepositoryConfiguration
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull

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
DIGEST = "sha256:" + "0" * 64
WORKS = ControlPull(pull=through(FOUND, digest=DIGEST).pull, started_at=STARTED)
FAILS = ControlPull(pull=through(UNKNOWN).pull, started_at=STARTED)
BLIND = Case(target=TARGET, through=through(UNKNOWN))
SETTINGS = AdminView(remotes=(Configuration(key="cgr", view="full", repository_class="remote", username="a" * 40),))
WHOLE = {"token-authentication-disabled", "remote-url-mismatch", "remote-offline", "upstream-unreachable"}
FIELDS = {
    "token-authentication-disabled",
    "remote-url-mismatch",
    "include-pattern-blocks",
    "remote-credentials-missing",
}


def rivals(case):
    finding = cause(case)
    assert finding is not None
    return finding.code, [one.code for one in with_open_rivals(case, finding).rivals]


@pytest.mark.parametrize("control", [None, WORKS, FAILS])
@pytest.mark.parametrize("settings", [None, SETTINGS])
def test_each_rival_stands_once_and_is_not_the_finding(control, settings):
    code, named = rivals(replace(BLIND, control=control, settings=settings))

    assert named
    assert code not in named
    assert len(named) == len(set(named)) <= MOST


def test_what_concerns_every_image_is_excluded_by_another_image_that_pulls():
    _, named = rivals(replace(BLIND, control=WORKS))

    assert not WHOLE & set(named)
    assert {"image-not-found", "image-not-in-catalog", "missed-retrieval-cached"} <= {*named}


def test_what_concerns_one_image_is_excluded_by_another_that_fails_alike():
    _, named = rivals(replace(BLIND, control=FAILS))

    assert set(named) >= WHOLE
    assert not {"image-not-found", "tag-not-found", "image-not-in-catalog"} & set(named)


def test_a_setting_that_was_read_is_no_rival():
    for control in (None, WORKS, FAILS):
        _, named = rivals(replace(BLIND, control=control, settings=SETTINGS))
        assert not FIELDS & set(named)


def test_an_image_that_chainguard_serves_is_not_said_to_be_missing():
    pull = through(FOUND, digest=DIGEST).pull
    served = DirectPull(path="acme.com/python", pull=pull, verdict="works")

    code, named = rivals(replace(BLIND, control=WORKS, direct=served))

    assert code == "missed-retrieval-cached"
    assert not {"image-not-found", "tag-not-found", "image-not-in-catalog"} & set(named)


def test_behind_a_virtual_repository_a_policy_may_be_masked():
    virtual = RepositoryConfiguration(key="cgr", view="partial", repository_class="virtual")
    remote = RepositoryConfiguration(key="cgr", view="partial", repository_class="remote")

    assert "xray-blocked" in rivals(replace(BLIND, control=WORKS, configuration=virtual))[1]
    assert "xray-blocked" not in rivals(replace(BLIND, control=WORKS, configuration=remote))[1]


def test_every_cause_says_how_it_would_be_excluded_and_by_whom():
    assert all(one.rival.would_be_excluded_by and one.rival.who for one in CAUSES)
