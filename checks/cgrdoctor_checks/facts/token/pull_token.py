"""The anatomy of a Chainguard pull token, read locally: user name shape, organization, end of validity.

User name `<40 hex>/<16 hex>[/...]`, password a JWT (Chainguard docs: pull token output; sdk uidp/uid.go). The JWT's
`exp`, where present, is a hint; the verdict is the token endpoint's.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.privacy.jwt_claims import claims, expiry
from cgrdoctor_checks.facts.token.login import ChainguardLogin

IDENTITY = re.compile(r"[0-9a-f]{40}(?:/[0-9a-f]{16})+", re.ASCII)
"""A pull token's identity id."""
TOKEN_USER = "_token"  # noqa: S105 - the user name that goes with a short-lived Chainguard token, not a secret


class PullToken(Fact, frozen=True, kw_only=True):
    """The Chainguard credential's own claims. Times are RFC 3339; `seconds_left` counts from the run."""

    username: str
    organization_id: str = ""
    expires_at: str | None = None
    seconds_left: float | None = None


@probe()
async def pull_token(login: ChainguardLogin, keyring: Keyring) -> PullToken:
    """Decodes, without verifying, what the credential says of itself."""
    credential = (await keyring.chainguard()).credential
    if credential is None or not login.present:
        raise NotNeeded("there is no Chainguard credential")
    told = claims(credential.secret.reveal(credential.secret.host))
    end = expiry(told) if told else None
    return PullToken(
        username=credential.username,
        organization_id=credential.username.partition("/")[0] if IDENTITY.fullmatch(credential.username) else "",
        expires_at=end.isoformat().replace("+00:00", "Z") if end else None,
        seconds_left=round((end - datetime.now(UTC)).total_seconds(), 0) if end else None,
    )
