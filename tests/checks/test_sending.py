"""A login that was not sent is said to be, with variable or file and reason; it is neither refused, lost nor missing."""

import pytest
from facts import HOST, PING, ended, pull, served, step, target, through

from cgrdoctor.net.authorization import Withheld
from cgrdoctor.net.failure import Failure
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.token.login import ChainguardLogin, NearMiss, RegistryLogin, RestLogin, Trouble, Unsent
from cgrdoctor_checks.pull.through import pull_cause
from cgrdoctor_checks.token.client import token_client
from cgrdoctor_checks.token.rest import token_rest
from cgrdoctor_checks.token.sending import logins_sent

WHY = Withheld(reason="control-characters", why="it holds a line break")
VARIABLES = "CGRDOCTOR_REGISTRY_USER + CGRDOCTOR_REGISTRY_PASSWORD"
LOGIN = RegistryLogin(kind="basic", username="bob", source=f"environment {VARIABLES}")
STORED = RegistryLogin(
    kind="basic", username="bob", source=f"docker config /home/bob/.docker/config.json, auths[{HOST}]"
)
NONE = RegistryLogin()
PINGED = RegistryPing(step=PING)
STRANGER = Unsent(variables=VARIABLES, host=HOST, why="only the report r.json names it")
NOT_NAMED = Withheld(reason="host-not-named", why=STRANGER.why)


def refused(name="token", status=401, message="Authentication is required", **more):
    return step(name, status, message, shape="artifactory", code=str(status), **{"withheld": WHY, **more})


def sent(*facts):
    return judged(logins_sent, *facts).findings


@pytest.mark.parametrize("login", [LOGIN, STORED])
@pytest.mark.parametrize("pulled", [ended(refused()), through(refused("manifest")), through(refused("manifest", 403))])
def test_a_pull_that_ends_for_want_of_it_fails_by_that_alone(login, pulled):
    (finding,) = sent(PINGED, pulled, login)

    assert (finding.code, finding.severity, finding.leg) == ("credential-not-sent", "fail", "client")
    assert finding.subject in (VARIABLES, f"/home/bob/.docker/config.json, auths[{HOST}]")
    assert "it holds a line break" in finding.summary
    assert finding.remedy.summary
    for check in (token_client, pull_cause):
        result = judged(check, target(), pulled, login)
        assert (result.status, result.reason, result.findings) == ("skip", "blocked", ())
        assert "it holds a line break" in result.summary


@pytest.mark.parametrize(
    "pulled",
    [
        served(withheld=WHY),
        through(step(withheld=WHY)),
        through(step(status=503, message="down", withheld=WHY)),
        through(step(status=403, message="", shape="html", withheld=WHY)),
        through(step("config", 403, "Forbidden", withheld=WHY)),
    ],
)
def test_what_has_other_reasons_is_judged_by_them(pulled):
    """The pull works for anybody, or fails in a way that no login would change."""
    made = type(pulled)(
        exchanges=pulled.exchanges,
        pull=pull(*pulled.pull.steps[2:], digest=pulled.pull.digest, withheld=WHY),
        started_at=pulled.started_at,
    )

    (finding,) = sent(PINGED, made, LOGIN)

    assert finding.severity == "info"
    assert "no login was sent" not in judged(pull_cause, target(), made, LOGIN).summary


def test_a_login_that_was_sent_is_judged():
    bad = ended(refused(message="Bad Credentials", withheld=None, authenticated=True))

    assert sent(PINGED, bad, LOGIN) == ()
    assert [one.code for one in judged(token_client, target(), bad, LOGIN).findings] == [
        "artifactory-credentials-rejected"
    ]


def test_a_line_break_at_the_end_is_named_where_the_login_is_refused():
    bad = ended(refused(message="Bad Credentials", withheld=None, authenticated=True))
    ends = RegistryLogin(kind="basic", username="bob", source=STORED.source, ends_with_line_break=True)
    rest = RestLogin(kind="basic", username="bob", source=STORED.source, ends_with_line_break=True)
    caller = Caller(step=bad.pull.steps[-1], answers=True, identity="refused", source=STORED.source)

    (finding,) = judged(token_client, target(), bad, ends).findings
    (other,) = judged(token_rest, target(), bad, caller, rest).findings

    assert "ends with a line break" in finding.summary
    assert "ends with a line break" in other.summary
    assert finding.remedy.commands[0].command.startswith("docker login ")


def test_variables_for_a_host_that_nobody_named():
    """docker has no login either; what this run was given for another host is no missing login."""
    login = RegistryLogin(
        unsent=(STRANGER, Unsent(variables="CGRDOCTOR_ARTIFACTORY_TOKEN", host=HOST, why=STRANGER.why))
    )
    rest = RestLogin(unsent=login.unsent[1:])
    ending = ended(refused(withheld=NOT_NAMED))

    (finding,) = sent(PINGED, ending, login, rest)

    assert (finding.severity, finding.subject) == ("fail", f"{VARIABLES}, CGRDOCTOR_ARTIFACTORY_TOKEN")
    assert "only the report r.json names it" in finding.summary
    assert f"--artifactory-url https://{HOST}/artifactory" in finding.remedy.steps[0]
    assert judged(token_client, target(), ending, login).findings == ()


def test_what_docker_has_in_its_place_is_still_told():
    trouble = Trouble(kind="helper-missing", place="docker-credential-x", message="is not on PATH")
    miss = NearMiss(key=f"{HOST}:443", place="config.json", why="the port differs")
    login = RegistryLogin(unsent=(STRANGER,), troubles=(trouble,), near_misses=(miss,))

    found = judged(token_client, target(), ended(refused(withheld=NOT_NAMED)), login).findings

    assert {one.code for one in found} == {"credential-helper-failed", "docker-credentials-other-host"}


def test_another_login_that_works_makes_the_variables_a_remark():
    login = RegistryLogin(kind="basic", username="bob", source=STORED.source, unsent=(STRANGER,))

    (finding,) = sent(PINGED, served(), login)

    assert (finding.severity, finding.subject) == ("info", VARIABLES)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("untrusted", "does not verify"), ("name-mismatch", "does not verify"), ("plain-http", "plain HTTP")],
)
def test_a_host_that_does_not_prove_who_it_is_gets_nothing(kind, words):
    dead = step("ping", None, "", failure=Failure(stage="tls", kind=kind, message=kind, seconds=0.1))

    (finding,) = sent(RegistryPing(step=dead), LOGIN)

    assert finding.severity == "info"
    assert words in finding.summary
    assert (
        sent(
            RegistryPing(
                step=step("ping", None, "", failure=Failure(stage="tls", kind="reset", message="", seconds=0))
            ),
            LOGIN,
        )
        == ()
    )


def test_what_only_shows_settings_or_compares_is_a_remark():
    rest = RestLogin(kind="bearer", source="environment CGRDOCTOR_ARTIFACTORY_TOKEN")
    caller = Caller(step=refused("rest"), answers=True, identity="none")
    ours = ChainguardLogin(kind="basic", source="environment CGRDOCTOR_CHAINGUARD_USER + CGRDOCTOR_CHAINGUARD_PASSWORD")
    made = pull(step(), withheld=WHY)
    direct = DirectPull(path="acme.com/python", pull=made, verdict="credentials-needed")

    found = sent(PINGED, served(), LOGIN, caller, rest, direct, ours)

    assert {(one.subject, one.severity) for one in found} == {
        ("CGRDOCTOR_ARTIFACTORY_TOKEN", "info"),
        ("CGRDOCTOR_CHAINGUARD_USER + CGRDOCTOR_CHAINGUARD_PASSWORD", "info"),
    }
    assert judged(token_rest, target(), caller, rest).status == "skip"


@pytest.mark.parametrize(
    ("reason", "owner"),
    [
        ("challenge", "artifactory-admin"),
        ("realm", "artifactory-admin"),
        ("not-asked", "artifactory-admin"),
        ("identity-token", "developer"),
    ],
)
def test_who_mends_it(reason, owner):
    withheld = Withheld(reason=reason, why="so it is")

    (finding,) = sent(PINGED, ended(refused(withheld=withheld)), LOGIN)

    assert finding.owner == owner
    assert finding.remedy.summary


def test_nothing_is_said_of_what_nobody_has():
    assert sent(PINGED, ended(refused(withheld=None)), NONE, RestLogin(), ChainguardLogin()) == ()
