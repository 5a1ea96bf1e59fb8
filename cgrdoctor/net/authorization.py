"""Whether and how a credential is presented: over https only, and only to a host it belongs to."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlsplit

from cgrdoctor.privacy.secret import Credential, Secret


def authorization(url: str, credential: Credential | None, bearer: Secret | None) -> tuple[str | None, str | None]:
    """The value of `Authorization` for a request to `url`, and a note for people where one is withheld.

    A bearer comes before a credential. Identity tokens are exchanged at a token endpoint, never presented.
    """
    secret = bearer or (credential.secret if credential else None)
    if not secret:
        return None, None
    reason = _withheld(url, secret, credential if bearer is None else None)
    if reason is not None:
        return None, f"credential not sent: {reason}"
    text = secret.reveal(urlsplit(url).netloc)
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return None, "credential not sent: it holds control characters"
    if bearer is None and credential is not None and credential.kind == "basic":
        return _basic(credential.username, text)
    if not text.isascii():
        return None, "credential not sent: a bearer token of other characters than ASCII"
    return f"Bearer {text}", None


def _basic(username: str, password: str) -> tuple[str | None, str | None]:
    """Bytes of the environment that are no text go out as they are."""
    try:
        pair = f"{username}:{password}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None, "credential not sent: it holds characters that no encoding has"
    return "Basic " + b64encode(pair).decode("ascii"), None


def _withheld(url: str, secret: Secret, credential: Credential | None) -> str | None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        return "no TLS"
    if not secret.belongs_to(parts.netloc):
        return f"it is stored for {secret.host}"
    if credential is not None and credential.kind == "identity-token":
        return "an identity token is exchanged, not presented"
    return None
