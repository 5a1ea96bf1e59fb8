"""Several faults at once: what must be mended first comes first, and what stands beside it is not forgotten."""

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, healthy

TOGETHER = [
    (("token-authentication-disabled", "docker-credentials-missing"), ["docker-credentials-missing"]),
    (("remote-url-path", "connection-refused"), ["connection-refused"]),
    (
        ("token-authentication-disabled", "include-pattern-blocks"),
        ["include-pattern-blocks", "token-authentication-disabled"],
    ),
    (("remote-offline", "remote-username-malformed"), ["remote-offline", "remote-username-malformed"]),
    (
        ("remote-url-v2", "token-authentication-disabled", "mime-blocking-disabled"),
        ["remote-url-mismatch", "token-authentication-disabled", "mime-blocking-disabled"],
    ),
    (("pull-token-expired", "mime-blocking-disabled"), ["pull-token-expired", "mime-blocking-disabled"]),
    (("upstream-refused", "clock-skew"), ["upstream-unreachable", "clock-skew"]),
]


@pytest.mark.parametrize(("names", "expected"), TOGETHER, ids="+".join)
def test_faults_together(names, expected):
    world = healthy()
    for name in names:
        world = FAULTS[name].apply(world)

    seen = examine(world)

    assert seen.codes == expected, seen.report["summary"]
    assert seen.status == 1


def test_what_a_fault_hides_is_listed_as_not_yet_testable():
    world = FAULTS["docker-credentials-missing"].apply(FAULTS["remote-url-path"].apply(healthy()))

    seen = examine(world)

    hidden = {entry["subject"] for entry in seen.report["unverified"]}
    assert {"URL is exactly https://cgr.dev/", "Enable Token Authentication is on"} <= hidden
