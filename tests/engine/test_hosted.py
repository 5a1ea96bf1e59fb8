"""What JFrog runs is JFrog's to mend; what is somebody's setting or network stays his."""

import pytest

from cgrdoctor import Code, Command, Remedy, Rival, fail
from cgrdoctor.engine.hosted import handed_over
from cgrdoctor.model import CheckResult

DEAD = Code(
    name="dead", title="t", leg="artifactory", owner="artifactory-admin", meaning="m", fix="f", ticket="why it is dead"
)
SET = Code(name="set", title="t", leg="artifactory", owner="artifactory-admin", meaning="m", fix="f")
CODES = {code.name: code for code in (DEAD, SET)}
COMMANDS = (
    Command(description="On the Artifactory host", command="curl -I https://cgr.dev/v2/", kind="shell", changes=False),
    Command(description="Try the pull again", command="docker pull x", kind="shell", changes=False),
)
REMEDY = Remedy(
    summary="Mend it", steps=("Restart it.", "On the Artifactory host: curl x", "Save it."), commands=COMMANDS
)


def handed(code, host, **more):
    rivals = (Rival(code="set", would_be_excluded_by="curl on the Artifactory host answers", who="network-team"),)
    finding = fail(code, "it is dead", subject="x", remedy=REMEDY, rivals=rivals, confidence="likely", **more)
    result = CheckResult(id="artifactory.x", title="t", status="fail", findings=(finding,))
    ((found,),) = ((one.findings) for one in handed_over([result], CODES, host))
    return found


@pytest.mark.parametrize("host", ["acme.jfrog.io", "acme.jfrog.io:443", "cgr.acme.jfrog.io", "ACME.JFROG.IO."])
def test_below_jfrogs_domain_a_ticket_takes_the_place_of_the_remedy(host):
    found = handed(DEAD, host)

    assert found.owner == "jfrog-support"
    assert found.remedy.summary == "Open a ticket with JFrog support: why it is dead"
    assert "it is dead" in " ".join(found.remedy.steps)
    assert [command.command for command in found.remedy.commands] == ["docker pull x"]
    assert (found.rivals[0].who, "JFrog's side" in found.rivals[0].would_be_excluded_by) == ("jfrog-support", True)


@pytest.mark.parametrize("host", ["artifacts.acme.test", "acme.jfrog.io.acme.test", "notjfrog.io", "jfrog.io", None])
def test_anywhere_else_nothing_changes(host):
    found = handed(DEAD, host)

    assert (found.owner, found.remedy, found.rivals[0].who) == ("artifactory-admin", REMEDY, "network-team")


def test_a_setting_stays_the_administrators_without_what_only_jfrog_could_do():
    found = handed(SET, "acme.jfrog.io")

    assert (found.owner, found.remedy.summary) == ("artifactory-admin", "Mend it")
    assert found.remedy.steps == ("Restart it.", "Save it.")
    assert [command.command for command in found.remedy.commands] == ["docker pull x"]


@pytest.mark.parametrize("more", [{"owner": "network-team"}, {"leg": "client"}, {"leg": "client-to-upstream"}])
def test_what_was_said_to_be_somebodys_stays_his(more):
    found = handed(DEAD, "acme.jfrog.io", **more)

    assert found.owner == more.get("owner", "artifactory-admin")
