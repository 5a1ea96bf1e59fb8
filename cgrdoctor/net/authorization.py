"""Whether and how a credential is presented: over https only, and only to a host it belongs to."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlencode, urlsplit

from cgrdoctor.credentials.model import Found
from cgrdoctor.model import Struct
from cgrdoctor.net.failure import Failure
from cgrdoctor.privacy.jwt_claims import claims
from cgrdoctor.privacy.secret import Credential, Secret

LINE_BREAKS = "\r\n"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Reason = Literal[
    "host-not-named",
    "foreign-host",
    "plain-http",
    "unverified",
    "control-characters",
    "unspeakable",
    "identity-token",
    "challenge",
    "not-asked",
    "realm",
    "redirect",
]
"""Why a login stays at home: about the host (the first four), about the login, about how it is asked for (the rest)."""


class Withheld(Struct, frozen=True, kw_only=True):
    """Why the login at hand was not sent to a host; `why` is for people, and has no secret in it."""

    reason: Reason
    why: str


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a request carries: the value of its header, a form with the secret in it, why the credential at hand is
    withheld, or none of them.
    """

    header: str | None = field(default=None, repr=False)
    withheld: Withheld | None = None
    content: bytes | None = field(default=None, repr=False)

    @property
    def sent(self) -> bool:
        """Whether a credential goes with the request."""
        return self.header is not None or self.content is not None


def authorization(
    url: str, credential: Credential | None, bearer: Secret | None, form: bytes | None = None
) -> Authorization:
    """How a credential goes with a request to `url`.

    A bearer comes before a credential. Identity tokens are exchanged at a token endpoint, in its `form`, and presented
    to nobody else. A line break at the end of a password goes out as it is, because docker sends it too; no header can
    carry one.
    """
    secret = bearer or (credential.secret if credential else None)
    if not secret:
        return Authorization()
    withheld = _by_host(url, secret)
    exchanged = bearer is None and credential is not None and credential.kind == "identity-token"
    if withheld is None and exchanged and form is not None:
        return Authorization(
            content=form + b"&" + urlencode({"refresh_token": secret.reveal(urlsplit(url).netloc)}).encode()
        )
    if withheld is None and exchanged:
        withheld = Withheld(
            reason="identity-token",
            why="it is an identity token, which is exchanged for another token and never presented",
        )
    if withheld is not None:
        return Authorization(withheld=withheld)
    text = secret.reveal(urlsplit(url).netloc)
    if bearer is None and credential is not None and credential.kind == "basic":
        return _basic(credential.username, text)
    return _bearer(text)


def ends_with_line_break(text: str) -> bool:
    """Whether a line break is at the end of a secret, as `echo token | base64` leaves it there."""
    return text.endswith(tuple(LINE_BREAKS))


def _by_host(url: str, secret: Secret) -> Withheld | None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        return Withheld(reason="plain-http", why=f"{parts.hostname} is asked over plain HTTP")
    if not secret.belongs_to(parts.netloc):
        return Withheld(reason="foreign-host", why=f"it belongs to {secret.host}, not to {parts.netloc}")
    return None


def _basic(username: str, password: str) -> Authorization:
    """Bytes of the environment that are no text go out as they are."""
    if _holds_control(username + password.rstrip(LINE_BREAKS)):
        return _control(username + password.rstrip(LINE_BREAKS))
    try:
        pair = f"{username}:{password}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return Authorization(withheld=Withheld(reason="unspeakable", why="it holds characters that no encoding has"))
    return Authorization("Basic " + b64encode(pair).decode("ascii"))


def _bearer(text: str) -> Authorization:
    if _holds_control(text):
        return _control(text)
    if not text.isascii():
        return Authorization(withheld=Withheld(reason="unspeakable", why="a bearer token has ASCII characters only"))
    return Authorization(f"Bearer {text}")


def _holds_control(text: str) -> bool:
    return _CONTROL.search(text) is not None


def _control(text: str) -> Authorization:
    """A line break, at its end above all, is what people put into a secret without seeing it."""
    if not _holds_control(text.rstrip(LINE_BREAKS)):
        why = "it ends with a line break, which no header can carry"
    elif "\0" in text:
        why = "it holds control characters (zero bytes, as UTF-16 has, which PowerShell calls Unicode)"
    elif any(char in LINE_BREAKS for char in text):
        why = "it holds a line break"
    else:
        why = "it holds control characters"
    return Authorization(withheld=Withheld(reason="control-characters", why=why))


UNVERIFIED = ("untrusted", "expired", "not-yet-valid", "name-mismatch")
"""Kinds of failure of a handshake in which a certificate was shown that does not verify."""


def unproven(host: str, failure: Failure | None) -> Withheld | None:
    """Why a host gets no login that did not prove who it is, by how its handshake failed."""
    if failure is None or failure.stage != "tls":
        return None
    if failure.kind == "plain-http":
        return Withheld(reason="plain-http", why=f"{host} speaks plain HTTP")
    if failure.kind not in UNVERIFIED:
        return None
    return Withheld(reason="unverified", why=f"the certificate of {host} does not verify")


def for_token(credential: Credential | None) -> Credential | None:
    """The credential as a token endpoint takes it.

    An Artifactory access token goes as the password of its own subject (JFrog: user name must equal the subject); one
    whose subject cannot be read goes as a bearer.
    """
    if credential is None or credential.kind != "bearer":
        return credential
    subject = str((claims(credential.secret.reveal(credential.secret.host)) or {}).get("sub", ""))
    user = subject.rpartition("/users/")[2]
    return credential if not user else replace(credential, kind="basic", username=user)


def withheld_of(found: Found) -> Withheld | None:
    """Why a login that is set is not among those that may go to its host; None where one was found, or none is set."""
    if found.credential is not None or not found.unsent:
        return None
    first = found.unsent[0]
    return Withheld(reason="host-not-named", why=f"{first.why}, so that {first.variables} stays here")
