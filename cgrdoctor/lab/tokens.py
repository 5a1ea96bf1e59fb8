"""Identities and tokens of the shape Chainguard gives out."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

STARTED = int(time.time())
"""When this process began; expiries count from it, so that a token is the same text each time it is asked for."""


def identity(organization: str, number: int = 1) -> str:
    """A pull token's identity id, `<40 hex>/<16 hex>`."""
    return f"{organization_id(organization)}/{hashlib.sha256(f'{organization}{number}'.encode()).hexdigest()[:16]}"


def organization_id(organization: str) -> str:
    """The organization's id, 40 hexadecimal digits."""
    return hashlib.sha1(organization.encode(), usedforsecurity=False).hexdigest()


def jwt(subject: str, expires_in: float) -> str:
    """A token of the shape Chainguard documents: RS256 header without kid, audience issuer.enforce.dev."""

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")

    payload = {"aud": "https://issuer.enforce.dev", "sub": subject, "exp": int(STARTED + expires_in)}
    signature = base64.urlsafe_b64encode(hashlib.sha512(subject.encode()).digest()).decode().rstrip("=")
    return f"{part({'alg': 'RS256'})}.{part(payload)}.{signature}"
