"""Two slashes at the end of URL are a fault only where Artifactory is told to leave them."""

import pytest
from facts import freshness, remote, settings, target

from cgrdoctor.testing import judged
from cgrdoctor_checks.fields.url_slashes import url_slashes


def found(url, off, *facts):
    result = judged(url_slashes, target(), settings(remote(url=url, disable_url_normalization=off)), *facts)
    return [(finding.code, finding.severity, finding.expected) for finding in result.findings]


@pytest.mark.parametrize(("url", "off"), [("https://cgr.dev//", False), ("https://cgr.dev/", True)])
def test_one_of_both_alone_does_no_harm(url, off):
    assert found(url, off) == []


def test_together_they_stop_every_image():
    assert found("https://cgr.dev//", True) == [("remote-url-mismatch", "fail", "https://cgr.dev/")]
    assert found("https://cgr.dev//", True, freshness()) == [("remote-url-mismatch", "warn", "https://cgr.dev/")]
