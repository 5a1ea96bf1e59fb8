"""The host that Artifactory redirects downloads to answers, and not with the bytes: whose refusal is it?"""

import pytest
from msgspec.structs import replace
from stories import control, named, said, settings, step, target, through

from cgrdoctor_checks.facts.pull.download_host import why

S3 = (("server", "AmazonS3"),)
HOST = "acme-filestore.s3.amazonaws.com"


def error(code, message=""):
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"


def refused(message="", status=403, shape="text", headers=S3, title=""):
    return step(
        "layer", status, message, shape=shape, host=HOST, headers=headers, title=title, redirected_to=(HOST,), path="x"
    )


def found(answer, *facts):
    return named(through(step("manifest", 200), answer, digest="d"), control(), *facts)


@pytest.mark.parametrize(
    ("status", "message", "meaning", "word"),
    [
        (403, error("AccessDenied", "Access Denied"), "denied", "policy"),
        (403, error("SignatureDoesNotMatch", "The request signature we calculated"), "signature", "signed address"),
        (403, error("AccessDenied", "Request has expired"), "expired", "clock"),
        (403, error("RequestTimeTooSkewed", "The difference between the request time"), "expired", "clock"),
        (
            403,
            error("AuthenticationFailed", "Signature not valid in the specified time frame"),
            "expired",
            "clock",
        ),
        (400, error("InvalidArgument", "Only one auth mechanism allowed"), "two-logins", "login"),
        (404, error("NoSuchKey", "The specified key does not exist."), "missing", "filestore"),
        (403, "who knows", "other", "names"),
    ],
)
def test_the_storages_own_refusal_is_named_with_what_mends_it(status, message, meaning, word):
    answer = refused(message, status)
    finding = found(answer)

    assert why(answer) == meaning
    assert (finding.code, finding.owner, finding.subject) == ("download-host-refused", "jfrog-support", HOST)
    assert word in finding.remedy.summary


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ((("server", "CloudFront"),), "download-host-refused"),
        ((("server", "BigIP"),), "download-host-unreachable"),
        ((), "download-host-unreachable"),
    ],
)
def test_a_page_is_the_cdns_or_a_filters(headers, code):
    assert found(refused(shape="html", headers=headers, title="ERROR: denied")).code == code


def test_a_filters_plain_text_is_not_the_storages():
    assert found(refused("blocked", headers=(("via", "1.1 squid"),))).code == "download-host-unreachable"


def test_the_storage_of_an_artifactory_of_ones_own_is_its_administrators():
    away = refused(error("AccessDenied"))
    own = target()
    own = replace(own, registry_host="artifacts.acme.test", artifactory_url="https://artifacts.acme.test/artifactory")
    finding = named(through(step("manifest", 200), away, digest="d"), control(), of=own)

    assert (finding.code, finding.owner) == ("download-host-refused", "artifactory-admin")
    assert "s3:GetObject" in finding.remedy.steps[0]


def test_the_redirect_that_is_on_is_turned_off_by_a_command():
    finding = found(refused(error("AccessDenied")), settings(download_redirect=True))

    assert said(finding) == ("download-host-refused", "certain")
    assert "downloadRedirect" in finding.remedy.commands[0].command
