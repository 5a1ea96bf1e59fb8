"""What lets a login be sent, by what keeps it back."""

from __future__ import annotations

from cgrdoctor.net.authorization import Reason
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.docker_login import log_in

GATEWAY = "Whatever stands before Artifactory and signs users in itself: exempt /v2/ and /artifactory/api/docker/."
BASE = "Administration > General > Settings: Custom Base URL; the reverse proxy's X-JFrog-Override-Base-Url."


def send_it(where: str, host: str, reason: Reason) -> commands.Remedy:
    """`where` is the variable or the file of the login, `host` where it would go."""
    if reason in ("host-not-named", "foreign-host"):
        return commands.steps(
            f"Name {host} in this run, if it is yours",
            f"--artifactory-url https://{host}/artifactory makes {host} the host that secrets in variables are for.",
            "A login that docker has stored for exactly this host is used without that.",
        )
    if reason in ("control-characters", "unspeakable", "identity-token"):
        return _anew(where, host)
    if reason in ("plain-http", "unverified"):
        return commands.steps(
            f"Let {host} be reached over TLS with a certificate that verifies (--cacert for an own CA)"
        )
    if reason == "realm":
        return commands.steps("Let the challenge name a realm on the host that is asked", BASE)
    if reason == "not-asked":
        return commands.steps(
            f"Let GET /v2/ of {host} answer 401 with a Bearer challenge",
            "docker logs in only where that answer asks for it; anonymous access, or a rule of the reverse proxy for "
            "/v2/ alone, keeps every login at home.",
            commands=(commands.look(f"https://{host}/v2/"),),
        )
    return commands.steps(
        "Let Artifactory itself ask for the login, as Basic or Bearer",
        GATEWAY,
        commands=(commands.look(f"https://{host}/v2/"),),
    )


def _anew(where: str, host: str) -> commands.Remedy:
    """A login that no request can carry is stored again, or its variable set again."""
    if where.startswith("CGRDOCTOR_") or "JF_" in where:
        return commands.steps(f"Set {where} again, without a line break (printf %s, not echo)")
    return log_in(host)
