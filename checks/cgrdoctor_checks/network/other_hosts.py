"""The other hosts of Chainguard's network requirements.

## What it looks at
Name, TCP and TLS of every host in the requirements that no pull through Artifactory needs: chainctl, the Console,
packages and libraries. Only where the check is asked for, as with `--only 'network.*'`; else no packet is sent to them.

## Why it matters
A firewall rule that was made from the whole list can be checked in one go. For pulling images only cgr.dev and its blob
host matter, and they have checks of their own.

## How it fails
chainctl cannot log in, `apk add` inside an image finds no repository, the Console stays empty; pulls are not concerned.

## How to fix
Allow the hosts that are used, TCP 443, by name. `cgrdoctor explain hosts` shows who needs which.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, info
from cgrdoctor_checks.codes.network import PATH_CODES
from cgrdoctor_checks.facts.network.failure_codes import code_of, words
from cgrdoctor_checks.facts.network.other_hosts import CHECK, OTHERS, OtherHostPaths
from cgrdoctor_checks.remedies import commands


@check(CHECK, title="Chainguard's other hosts can be reached from here (only on request)", codes=PATH_CODES)
def other_hosts(seen: OtherHostPaths) -> Iterator[Finding]:
    """Only remarks: a host that cannot be reached stops no pull."""
    needed_for = {host.name: host.needed_for for host in OTHERS}
    for path in seen.paths:
        code = code_of(path.trouble) if path.trouble is not None else None
        if code is None or path.trouble is None:
            continue
        yield info(
            code,
            f"{words(path.host, path.trouble)}; needed for {needed_for.get(path.host, 'nothing known')}",
            subject=path.host,
            evidence=seen.exchanges,
            leg="client-to-upstream",
            remedy=commands.steps(f"Allow TCP 443 to {path.host} by name, where it is used"),
        )
