"""The Chainguard account: which of its faults it is, and how sure that is, by whose credential was asked about."""

import pytest
from msgspec.structs import replace
from stories import (
    EXPIRED,
    KEY,
    NO_TOKEN,
    OLD,
    OURS,
    THEIRS,
    UNRESOLVED,
    catalog,
    control,
    control_fails,
    control_tags,
    direct,
    direct_control,
    direct_works,
    held,
    login,
    named,
    no_token,
    rivals,
    said,
    settings,
    step,
    tags,
    target,
    through,
    unfound,
)

from cgrdoctor_checks.facts.artifactory.remotes import AdminView

REFUSED = through(unfound(NO_TOKEN, "NOT FOUND"))
CONTROL_REFUSED = control_fails(NO_TOKEN, "NOT FOUND")
SAME, OTHER, UNKNOWN = (settings(), login()), (settings(THEIRS), login()), (login(),)
FORBIDDEN = no_token(403)
INCAPABLE = step("manifest", 403, "caller does not have the required capabilities at acme.com/python", "FORBIDDEN")


@pytest.mark.parametrize(
    ("credential", "code", "confidence"),
    [
        (SAME, "pull-token-expired", "certain"),
        (UNKNOWN, "pull-token-expired", "likely"),
        (OTHER, "pull-token-rejected", "likely"),
    ],
    ids=["the remote's own", "perhaps the remote's", "another one"],
)
def test_an_expired_token_is_the_remotes_only_where_it_is_the_same(credential, code, confidence):
    finding = named(REFUSED, CONTROL_REFUSED, direct(EXPIRED), *credential)

    assert said(finding) == (code, confidence)
    assert confidence == "certain" or "pull-token-rejected" in rivals(finding) | {finding.code}


@pytest.mark.parametrize("pull", [through(unfound()), through(step("manifest", 500, "oops"))])
def test_an_expired_token_of_ours_is_not_blamed_for_what_works_otherwise(pull):
    """The remote's own token opens the control image, so that it is alive, whatever has become of ours."""
    finding = named(pull, control(), direct(EXPIRED), login(), tags(200, has=False))

    assert finding.code != "pull-token-expired"


def test_a_free_tag_is_not_blamed_on_an_expired_token_that_was_not_used():
    free = target("chainguard/go", "1.22")
    absent = step("manifest", 404, "Unknown manifest", "MANIFEST_UNKNOWN")
    arm = direct(absent, path="chainguard/go", anonymous=True)
    finding = named(through(unfound()), control(), arm, direct_control(EXPIRED), login(), of=free)

    assert said(finding) == ("free-tag-unavailable", "certain")


def test_400_in_unknown_words_is_judged_by_the_control_image():
    """The same words for an image that needs no organization can only concern the credential."""
    odd = no_token(400, "rpc error: nope", "BAD_REQUEST")
    doomed = named(REFUSED, CONTROL_REFUSED, direct(odd), direct_control(odd), *SAME)
    fine = named(REFUSED, control(), direct(odd), direct_control(step("manifest", 200), works=True), *SAME)

    assert said(doomed) == ("pull-token-expired", "certain")
    assert said(fine) == ("organization-unknown", "certain")


@pytest.mark.parametrize("credential", [SAME, OTHER, UNKNOWN, ()])
def test_an_unknown_organization_is_so_for_everybody(credential):
    anonymous = credential == ()
    finding = named(REFUSED, control(), direct(UNRESOLVED, anonymous=anonymous), *credential)

    assert said(finding) == ("organization-unknown", "certain")
    assert finding.subject == "acme.com"


def test_a_refusal_everywhere_is_a_rejected_token_and_its_own_end_a_hint():
    facts = (REFUSED, CONTROL_REFUSED, direct(FORBIDDEN), direct_control(FORBIDDEN))
    alive, past = named(*facts, *SAME, held()), named(*facts, *SAME, held(-5.0))

    assert said(alive) == ("pull-token-rejected", "likely")
    assert "pull-token-expired" in rivals(alive)
    assert said(past) == ("pull-token-expired", "likely")
    assert "pull-token-rejected" in rivals(past)


@pytest.mark.parametrize(("credential", "confidence"), [(SAME, "certain"), (UNKNOWN, "likely")])
def test_another_organization_is_read_off_the_catalog(credential, confidence):
    seen = catalog("chainguard", "other.org")
    finding = named(REFUSED, control(), direct(FORBIDDEN), direct_control(works=True), seen, *credential)

    assert said(finding) == ("pull-token-wrong-organization", confidence)


@pytest.mark.parametrize(
    "seen",
    [catalog("chainguard", "other.org", complete=False), catalog("chainguard"), catalog("acme.com", "other.org")],
    ids=["a page of more", "only what everybody sees", "its own is there"],
)
def test_a_catalog_that_may_hide_the_organization_proves_nothing(seen):
    finding = named(REFUSED, control(), direct(FORBIDDEN), direct_control(works=True), seen, *SAME)

    assert finding.code != "pull-token-wrong-organization"


@pytest.mark.parametrize(("credential", "confidence"), [(SAME, "certain"), (UNKNOWN, "likely")])
@pytest.mark.parametrize("refusal", [FORBIDDEN, INCAPABLE], ids=["no token", "no capability"])
def test_catalog_and_role_are_told_by_another_image(credential, confidence, refusal):
    facts = (through(unfound()), control(), direct(refusal), direct_control(works=True), *credential)
    missing = named(*facts, catalog("acme.com", other="acme.com/node", verdict="works", similar=("acme.com/python3",)))
    powerless = named(*facts, catalog("acme.com", other="acme.com/node", verdict="capability-missing"))

    assert said(missing) == ("image-not-in-catalog", confidence)
    assert "Perhaps acme.com/python3 is meant." in missing.remedy.steps
    assert said(powerless) == ("pull-role-missing", confidence)


def test_what_another_credential_may_not_says_nothing_of_the_remotes():
    finding = named(
        through(unfound()), control(), direct(FORBIDDEN), catalog("other.org"), *OTHER, tags(200, has=False)
    )

    assert said(finding) == ("tag-not-found", "likely")


@pytest.mark.parametrize(("credential", "confidence"), [(SAME, "certain"), (UNKNOWN, "likely")])
def test_manifests_without_blobs_are_a_role_that_may_only_look(credential, confidence):
    """console_viewer has the capability for manifests and none for blobs (chainguard-dev/sdk: roles)."""
    refused = step("config", 403, "caller does not have the required capabilities", "FORBIDDEN")
    here = through(
        step("manifest", 200), step("config", 404, "blob unknown to registry", "BLOB_UNKNOWN"), digest="sha256:d"
    )
    finding = named(here, control(), direct(step("manifest", 200), refused, works=True), *credential)

    assert said(finding) == ("pull-role-missing", confidence)
    assert confidence == "certain" or "upstream-blob-host-blocked" in rivals(finding)


def test_a_blob_that_does_not_come_may_be_the_role_where_nobody_can_look():
    here = through(
        step("manifest", 200), step("config", 404, "blob unknown to registry", "BLOB_UNKNOWN"), digest="sha256:d"
    )
    finding = named(here, control())

    assert said(finding) == ("upstream-blob-host-blocked", "likely")
    assert {"pull-role-missing", "cache-incomplete", "lenient-host-authentication-enabled"} <= rivals(finding)


def test_credentials_of_a_dead_token_keep_free_images_away():
    """There is no way back to anonymous: the remedy is to clear them, not to make a token nobody needs."""
    free = target("chainguard/go", "latest")
    arm = direct_works("chainguard/go", anonymous=True)
    finding = named(REFUSED, CONTROL_REFUSED, arm, settings(THEIRS), login(), of=free)

    assert said(finding) == ("pull-token-rejected", "likely")
    assert "Clear User Name and Password of cgr-private" in finding.remedy.summary
    assert '"username": ""' in finding.remedy.commands[0].command
    assert not any("chainctl" in command.command for command in finding.remedy.commands)


def test_a_working_token_under_the_same_user_name_leaves_the_password():
    finding = named(REFUSED, CONTROL_REFUSED, direct_works(), *SAME)

    assert said(finding) == ("pull-token-rejected", "likely")
    assert "the Password must differ" in finding.summary
    assert "pull-token-expired" not in rivals(finding)


def test_an_image_that_another_credential_pulls_is_in_the_catalog():
    """So the remote's own token must be of another organization, or lack the role."""
    finding = named(REFUSED, control(), direct_works(), *OTHER)

    assert said(finding) == ("pull-token-wrong-organization", "likely")
    assert "image-not-in-catalog" not in rivals(finding)


def test_an_unreadable_remote_may_have_no_credential_at_all():
    finding = named(REFUSED, control(), direct_works(), login())

    assert said(finding) == ("pull-token-rejected", "likely")
    assert {"remote-credentials-missing", "pull-token-wrong-organization", "pull-role-missing"} <= rivals(finding)


def test_a_cached_control_image_does_not_clear_the_credential():
    """It came out of the cache; the live tag list of the control image is what tells."""
    cached = control(fetched=OLD)
    dead = named(REFUSED, cached, control_tags(404, NO_TOKEN), *UNKNOWN)
    alive = named(REFUSED, cached, control_tags(200), *UNKNOWN)

    assert dead.code == "pull-token-rejected"
    assert alive.code == "image-not-in-catalog"


def test_a_lost_role_is_seen_behind_a_cached_image():
    here = through(step("manifest", 200, headers=(("last-modified", OLD),)), digest="sha256:d")
    refused = catalog("acme.com", other="acme.com/node", verdict="capability-missing")
    finding = named(here, control(), tags(404, "Repository name not known"), direct(INCAPABLE), refused, *SAME)

    assert said(finding) == ("pull-role-missing", "certain")
    assert "images in the cache still pull" in finding.summary


def test_a_short_lived_token_is_nobodys_name():
    """Every such token goes with the same user name, so that being equal means nothing."""
    mine = (settings("_token"), login("_token"))
    finding = named(REFUSED, CONTROL_REFUSED, direct(EXPIRED), *mine)

    assert said(finding) == ("pull-token-expired", "likely")


def test_the_remedy_names_the_remote_behind_a_virtual():
    free, private = settings("").remotes[0], replace(settings(OURS).remotes[0], key="cgr-orders")
    finding = named(REFUSED, CONTROL_REFUSED, direct(EXPIRED), AdminView(remotes=(free, private)), login())

    assert "Give cgr-orders a new pull token" in finding.remedy.summary
    assert KEY not in finding.remedy.summary
