"""Short names for tokens, so that two reports can be seen to be about the same one; never for passwords.

A fingerprint is keyed with a random secret of this user, kept in the user's state directory: nobody else can test a
guess against it, and on another machine the same token has another name.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cgrdoctor.privacy.jwt_claims import claims
from cgrdoctor.privacy.secret import Credential

NAME = "fingerprint.key"
KEY_BYTES = 32
DIGITS = 12
"""Hexadecimal digits; two of a million tokens share them once in five hundred cases."""

TOKEN_BEGINNINGS = ("cmVmdGtuOj", "AKCp8")
"""Artifactory's reference tokens and API keys (JFrog docs: access tokens), which also stand where passwords do."""


def fingerprint(credential: Credential, environ: Mapping[str, str], made: Callable[[Path], None]) -> str | None:
    """The fingerprint of a credential that is a token; None for passwords, and where no key can be kept.

    `made` hears of a key file that did not exist before.
    """
    text = credential.secret.reveal(credential.secret.host)
    if credential.kind == "basic" and not is_token(text):
        return None
    key = _key(environ, made)
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:DIGITS] if key else None


def is_token(text: str) -> bool:
    """Whether a text is a token by its form, wherever it stands."""
    return text.startswith(TOKEN_BEGINNINGS) or claims(text) is not None


def _key(environ: Mapping[str, str], made: Callable[[Path], None]) -> bytes | None:
    """The user's key, made when it is first needed. None where there is no home to keep it in."""
    directory = state_directory(environ)
    if directory is None:
        return None
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = _read(directory / NAME)
        if known is None:
            known = _made(directory / NAME)
            made(directory / NAME)
        return known
    except OSError:
        return None


def state_directory(environ: Mapping[str, str]) -> Path | None:
    """Our directory for what outlives a run, below a home that exists (a relative XDG_STATE_HOME is ignored)."""
    own = environ.get("XDG_STATE_HOME", "")
    if Path(own).is_absolute():
        return Path(own) / "cgrdoctor" if Path(own).is_dir() else None
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if not Path(home).is_absolute() or not Path(home).is_dir():
        return None
    import platformdirs

    return platformdirs.user_state_path("cgrdoctor", appauthor=False)


def _read(path: Path) -> bytes | None:
    with contextlib.suppress(OSError), path.open("rb") as file:
        key = file.read(KEY_BYTES + 1)
        return key if len(key) == KEY_BYTES else None
    return None


def _made(path: Path) -> bytes | None:
    """A new key, complete from the moment it can be seen; of two runs at once the first one's counts."""
    temporary = path.with_name(f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return _read(path)
