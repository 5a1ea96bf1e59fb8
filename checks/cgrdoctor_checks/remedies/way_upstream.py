"""Mending Artifactory's way to Chainguard by the stage at which it ends: a resolver is no firewall, a proxy neither."""

from __future__ import annotations

from collections.abc import Mapping

from cgrdoctor import Command, Remedy
from cgrdoctor.net.hosts import BLOB_HOST, MISPRINTED_BLOB_HOST, REGISTRY_HOST
from cgrdoctor_checks.remedies.commands import pull, shell

WEBSITES = (
    "For images that do not exist Artifactory also calls chainguard.dev and www.chainguard.dev. Where a firewall "
    "blocks these, one mistyped name can take the remote offline for all for five minutes: allow them too."
)
"""Chainguard's guide on calls that no existing image causes; what they lead to is inferred."""

BY_NAME = (
    "Let the rule name the host, not an address: Chainguard publishes none for pulling, and most DNS records live 60 s."
)
BOTH = f"Both hosts are needed: {REGISTRY_HOST} for manifests, {BLOB_HOST} for layers."
MISPRINTED = f"Compare the rule letter by letter: lists of 2023 may hold {MISPRINTED_BLOB_HOST}, which lacks a digit."
CLEAR_WAY = "Let TLS 1.2 and 1.3 and HTTP/2 pass unbroken; do not block .dev as such."
RULE = (BY_NAME, BOTH, CLEAR_WAY, WEBSITES)
"""The rule as a firewall takes it (Chainguard docs: network requirements, Artifactory pull-through guide)."""

PROXIES = (
    "Administration > Proxies > Configuration: the proxy that the remote names (Advanced > Network > Proxy), else the "
    "default one."
)

WAYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "dns": (
        "Let the resolver of the Artifactory host answer for {host}",
        ("Look at its /etc/resolv.conf (of a container: the cluster's DNS), and at filters in the resolver.",),
    ),
    "refused": (
        "Let the firewall pass TCP 443 from Artifactory to {host}: a rule, or a wrong address, rejects it now",
        ("Compare the address in the answer with what public DNS says of {host}.", BY_NAME),
    ),
    "unreachable": (
        "Give the Artifactory host a route to {host}, TCP 443",
        (
            "Look at its default gateway or NAT.",
            "Without one, choose a proxy on the remote: Advanced > Network > Proxy.",
        ),
    ),
    "connect-timeout": (
        "Let the firewall pass TCP 443 from Artifactory to {host}: packets are dropped now",
        (BY_NAME, "If the way out is a proxy, choose it on the remote: Advanced > Network > Proxy."),
    ),
    "read-timeout": (
        "Find what holds back the answers of {host}: the connection stands, the bytes do not come in time",
        (
            "An inspecting proxy reads a whole answer before it hands it on: exempt {host} there.",
            "Else raise the remote's Socket Timeout (Advanced > Network).",
        ),
    ),
    "reset": (
        "Exempt {host} from the filter that resets the connection between Artifactory and Chainguard",
        ("TLS and SNI filters and intrusion prevention do so.", CLEAR_WAY),
    ),
    "tls": (
        "Exempt {host} from TLS inspection: it breaks off Artifactory's handshake",
        (CLEAR_WAY,),
    ),
    "untrusted": (
        "Exempt {host} from TLS inspection, or let Artifactory trust the CA of whatever inspects it",
        (
            "The issuer of the certificate that is seen there names the inspector.",
            "To trust it: put the CA into var/etc/security/keys/trusted on the Artifactory host, then restart it.",
        ),
    ),
    "proxy": (
        "Let Artifactory's proxy open tunnels to {host}:443, or give Artifactory its user and password (407)",
        (PROXIES, "Or take the remote off the proxy, where there is a way without: Advanced > Network > Proxy."),
    ),
    "page": (
        "Exempt {host} from the filter that answers Artifactory with a web page",
        ("The page's title or host names the filter.", "Do not block .dev as a class."),
    ),
}
"""By the stage: what mends it, and how."""


def egress(summary: str, image: str, *lines: str, stage: str = "", host: str = REGISTRY_HOST) -> Remedy:
    """Mend the way at this stage; where none is known, the whole rule. `summary` leads where no stage is known."""
    mended, how = WAYS.get(stage, (summary, RULE))
    blob = (MISPRINTED,) if host == BLOB_HOST and stage not in ("proxy", "page", "read-timeout") else ()
    expected = "401 with WWW-Authenticate: Bearer" if host == REGISTRY_HOST else "4xx with XML"
    return Remedy(
        summary=mended.format(host=host),
        steps=(
            *lines,
            *(one.format(host=host) for one in how),
            *blob,
            f"Then, on the Artifactory host, curl -sSI to {host} must answer {expected}.",
        ),
        commands=(*_looks(stage, host), pull(image)),
    )


def _looks(stage: str, host: str) -> tuple[Command, ...]:
    """What shows from the host of Artifactory whether it works."""
    there = "On the Artifactory host"
    path = "/v2/" if host == REGISTRY_HOST else "/"
    if stage == "dns":
        return (shell(there, "getent", "hosts", host), shell(there, "curl", "-sSI", f"https://{host}{path}"))
    if stage == "untrusted":
        names = ("-sSI", "-vI")
        return tuple(shell(there, "curl", option, f"https://{host}{path}") for option in names)
    if stage or host != REGISTRY_HOST:
        return (shell(there, "curl", "-sSI", f"https://{host}{path}"),)
    return tuple(shell(there, "curl", "-sSI", f"https://{one}") for one in (f"{REGISTRY_HOST}/v2/", f"{BLOB_HOST}/"))
