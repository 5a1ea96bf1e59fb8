"""A refusal by the organization's container policies: by its words, or by what the same credential gets otherwise."""

import pytest
from stories import catalog, control, direct, login, named, rivals, said, settings, step, tags, through, unfound

MISSING = through(unfound())
SAME, UNKNOWN = (settings(), login()), (login(),)
BESIDE = catalog("acme.com", other="acme.com/node", verdict="works", listed=True)


def refused(message, code="FORBIDDEN", status=403, name="manifest"):
    return direct(step("token", 200), step(name, status, message, code))


@pytest.mark.parametrize(
    "message",
    [
        "pull denied by policy cooldown",
        "image is past its support window",
        "this version has reached end of life",
        "organization policies do not allow this image",
    ],
)
@pytest.mark.parametrize(("credential", "confidence"), [(SAME, "certain"), (UNKNOWN, "likely")])
def test_words_about_a_policy_are_a_policy(message, credential, confidence):
    assert said(named(MISSING, control(), refused(message), *credential)) == ("container-policy-denied", confidence)


def test_an_image_called_policy_is_no_policy():
    finding = named(MISSING, control(), refused("caller does not have the required capabilities at acme.com/policy"))

    assert finding.code == "image-not-in-catalog"


@pytest.mark.parametrize("name", ["manifest", "platform-manifest"])
def test_what_is_listed_and_refused_for_no_lack_of_a_capability_is_denied(name):
    finding = named(MISSING, control(), refused("Forbidden", name=name), BESIDE, *SAME)

    assert said(finding) == ("container-policy-denied", "likely")
    assert "image-not-in-catalog" in rivals(finding)


@pytest.mark.parametrize(
    ("message", "beside"),
    [
        ("caller does not have the required capabilities", BESIDE),
        ("Forbidden", catalog("acme.com", other="acme.com/node", verdict="works")),
    ],
    ids=["no capability", "not listed"],
)
def test_otherwise_it_is_the_catalog(message, beside):
    assert named(MISSING, control(), refused(message), beside, *SAME).code == "image-not-in-catalog"


def test_it_stays_a_rival_where_cgr_dev_was_not_asked():
    assert "container-policy-denied" in rivals(named(MISSING, control(), tags(200, has=True)))


def test_the_remedy_asks_chainguard_itself():
    finding = named(MISSING, control(), refused("denied by policy no-eol"), *SAME)

    assert "chainctl policies check cgr.dev/acme.com/python:3.12" in [c.command for c in finding.remedy.commands]
