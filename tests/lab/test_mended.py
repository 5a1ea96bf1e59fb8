"""What a remedy prints mends what it is about: its REST call is run as printed, and the next run of the doctor is well.

What clears a cache mends it as well. `make test` tries some worlds, `make worlds` all.
"""

import os
import subprocess

import pytest
from examine import examine_in

from cgrdoctor.lab import FAULTS, running
from cgrdoctor.lab.world import PullToken

EVERY = 1 if os.environ.get("CGRDOCTOR_WORLDS") == "whole" else 9
BY_A_CALL = (
    "cache-disabled",
    "exclude-pattern-blocks",
    "include-pattern-blocks",
    "lenient-host-authentication-enabled",
    "mime-blocking-disabled",
    "mime-override-unsafe",
    "project-id-malformed",
    "pull-token-expired",
    "pull-token-rejected",
    "pull-token-wrong-organization",
    "remote-blacked-out",
    "remote-credentials-missing",
    "remote-offline",
    "remote-url-mismatch",
    "remote-username-malformed",
    "token-authentication-disabled",
)
"""Codes of what one call to `/api/repositories/` mends, some with a pull token that was made at Chainguard before."""

BY_NO_CALL = ("port-pull-token-expired", "pull-token-wrong-organization-unseen", "remote-url-mirror-between")
"""Where nobody can name the repository, see whose token it has, or set right what is no setting."""

BY_CLEARING = (
    "artifactory-content-lost",
    "artifactory-content-lost-wordless",
    "cache-corrupt",
    "cache-corrupt-manifest",
    "cache-incomplete",
    "cache-incomplete-blob",
    "cache-poisoned",
    "cache-poisoned-blob",
    "cache-stale",
    "cache-stale-virtual",
    "media-type-mismatch",
    "media-type-mismatch-schema1",
    "missed-retrieval-cached",
)
"""Worlds whose cache is to be cleared, by a deletion or a zap."""

FRESH, OWN = PullToken("acme.com", number=7), PullToken("acme.com")
"""A new pull token, and the one whose User Name or Password was entered badly."""

NAMES = [name for name, fault in FAULTS.items() if fault.code in BY_A_CALL and name not in BY_NO_CALL]


def run_as_printed(command, world, lab, folder, token=FRESH):
    """In a POSIX shell with an admin's token and a good pull token; curl is told the way into the lab, and its CA."""
    pairs = zip(lab.arguments, lab.arguments[1:], strict=False)
    ways = [f'connect-to = "{value}"' for option, value in pairs if option == "--connect-to"]
    (folder / ".curlrc").write_text("\n".join([f'cacert = "{lab.cacert}"', *ways, ""]))
    tokens = {
        "CGRDOCTOR_ARTIFACTORY_TOKEN": next(user.token for user in world.artifactory.users if user.admin),
        "CHAINGUARD_IDENTITY_ID": token.username,
        "CHAINGUARD_TOKEN": token.password,
    }
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "CURL_HOME": str(folder), **tokens}
    words = ["sh", "-c", command]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("name", NAMES[::EVERY])
def test_the_call_of_a_certain_cause_mends_it(name, tmp_path):
    world = FAULTS[name].scenario().world
    world = world.chainguard_with(tokens=(*world.chainguard.tokens, FRESH))
    with running(world) as lab:
        first = examine_in(lab).report["diagnosis"][0]
        calls = [one["command"] for one in first["remedy"]["commands"] if one["kind"] == "rest"]
        assert calls, first["remedy"]
        entered_badly = first["code"] == "remote-username-malformed" or name == "remote-password-missing"
        done = run_as_printed(calls[0], world, lab, tmp_path, OWN if entered_badly else FRESH)
        assert (done.returncode, done.stderr) == (0, "")
        after = examine_in(lab)

    assert first["code"] not in after.codes
    assert after.report["status"] in ("healthy", "warning"), after.report["diagnosis"]


@pytest.mark.parametrize("name", BY_CLEARING[::EVERY])
def test_the_call_that_clears_the_cache_mends_it(name, tmp_path):
    world = FAULTS[name].scenario().world
    with running(world) as lab:
        first = examine_in(lab).report["diagnosis"][0]
        call = next(one["command"] for one in first["remedy"]["commands"] if one["kind"] == "rest")
        done = run_as_printed(call, world, lab, tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        after = examine_in(lab)

    assert "-X DELETE" in call or "/api/zap/" in call
    assert after.report["status"] == "healthy", after.report["diagnosis"]


def test_a_call_that_is_refused_fails_and_says_why(tmp_path):
    """Without its token it does not pass for done."""
    world = FAULTS["token-authentication-disabled"].scenario().world
    with running(world) as lab:
        first = examine_in(lab).report["diagnosis"][0]
        call = next(one["command"] for one in first["remedy"]["commands"] if one["kind"] == "rest")
        done = run_as_printed(call.replace("CGRDOCTOR_ARTIFACTORY_TOKEN", "CHAINGUARD_TOKEN"), world, lab, tmp_path)

    assert done.returncode == 22
    assert done.stdout
