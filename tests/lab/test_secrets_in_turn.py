"""Several pull secrets for one host are tried as the kubelet tries them: in order, each once, until one pulls."""

import base64

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, HEALTHY


def presented(seen):
    """The passwords that came to Artifactory's token endpoint, in order."""
    asked = [one for one in seen.lab.requests if one.host == "acme.jfrog.io" and one.path == "/v2/token"]
    headers = [{name.lower(): value for name, value in dict(one.headers).items()} for one in asked]
    values = [one["authorization"].partition(" ")[2] for one in headers if "authorization" in one]
    return [base64.b64decode(value).decode().partition(":")[2] for value in values]


def test_one_that_works_behind_a_refused_one_is_said_as_such():
    seen = examine(FAULTS["pull-secret-unusable-first"].scenario().world)

    (entry,) = seen.report["diagnosis"]
    through = seen.report["facts"]["pull-through"]["value"]
    assert (seen.status, seen.report["status"]) == (0, "warning")
    assert (entry["code"], entry["severity"], entry["subject"]) == ("pull-secret-unusable", "warn", "ml/regcred")
    assert (
        "refuses the login of Secret ml/regcred (HTTP 401); the kubelet goes on to Secret ml/second" in entry["summary"]
    )
    assert (through["login"], [one["source"] for one in through["refused"]]) == (
        "Secret ml/second",
        ["Secret ml/regcred"],
    )


@pytest.mark.parametrize("name", ["pull-secret-unusable-first", "artifactory-credentials-rejected-twice"])
def test_a_refused_login_is_not_presented_again(name):
    sent = presented(examine(FAULTS[name].scenario().world))

    assert sent.count("the-password-of-last-year") == 1
    assert sent.index("the-password-of-last-year") == 0
    assert sent.count("older") <= 1


def test_where_all_are_refused_all_are_named():
    seen = examine(FAULTS["artifactory-credentials-rejected-twice"].scenario().world)

    entry = seen.report["diagnosis"][0]
    assert (seen.status, entry["code"]) == (1, "artifactory-credentials-rejected")
    assert "from Secret ml/regcred" in entry["summary"]
    assert "refused too: Secret ml/second" in entry["summary"]
    assert [one for one in ("the-password-of-last-year", "older") if one in seen.stdout + seen.stderr] == []


def test_behind_one_that_works_nobody_is_tried():
    seen = examine(HEALTHY["healthy-pull-secret-second-idle"].scenario().world)

    assert (seen.status, seen.codes, "the-password-of-last-year" in presented(seen)) == (0, [], False)
