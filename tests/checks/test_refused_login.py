"""A refused login is helped by what Artifactory says of the account, and by whose login it is."""

import pytest
from facts import ended, step, target

from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.token.login import RegistryLogin
from cgrdoctor_checks.token.client import token_client

IDENTITY = "bd3c9ec494caca60225319fd4053abe067c169ec/5037f83cdd0fbdcd"


def refused(said, user="bob", status=401):
    login = RegistryLogin(kind="basic", username=user, source="environment")
    answer = step("token", status, said, shape="artifactory", code=str(status), authenticated=True)
    (finding,) = judged(token_client, target(), ended(answer), login).findings
    assert finding.code == "artifactory-credentials-rejected"
    return finding


def told(finding):
    remedy = finding.remedy
    return " ".join((remedy.summary, *remedy.steps, *(one.command for one in remedy.commands)))


@pytest.mark.parametrize(
    "said",
    [
        "User is locked. Please contact the administrator to unlock it",
        "This request is blocked due to recurrent login failures, please try again in 60 seconds",
        "Too many failed login attempts",
        "account has been locked out",
    ],
)
@pytest.mark.parametrize("status", [401, 403])
def test_who_is_locked_is_not_sent_to_log_in_again(said, status):
    finding = refused(said, status=status)

    assert finding.owner == "artifactory-admin"
    assert "docker login" not in told(finding)
    assert "/api/security/unlockUsers/bob" in told(finding)


@pytest.mark.parametrize("said", ["Bad Credentials", "Block rate of locksmith/images is fine, bad credentials"])
def test_other_words_ask_for_a_login(said):
    assert "docker login" in told(refused(said))


def test_the_token_of_chainguard_is_none_for_artifactory():
    finding = refused("Bad Credentials", IDENTITY)

    assert "identity of Chainguard's" in finding.summary
    assert "pull token belongs into the remote" in told(finding)
    assert "docker login" in told(finding)


def test_an_outdated_password_is_changed_first():
    assert "new password" in told(refused("Your password has expired", status=403))


def test_a_user_who_is_disabled_is_enabled():
    finding = refused("User is disabled", status=403)

    assert (finding.owner, "Enable bob" in told(finding)) == ("artifactory-admin", True)
    assert "docker login" in told(refused("Basic authentication is disabled"))
