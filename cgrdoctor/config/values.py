"""The values options take: each reader turns one text into its value or says in one line how to write it.

No message shows user information: whatever stands before an `@` is left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cgrdoctor.errors import UsageProblem

Format = Literal["text", "json", "markdown", "html", "junit", "line"]
"""What standard output can be: each is a module of `cgrdoctor.report` of that name."""

SUFFIXES: Mapping[str, Format | Literal["zip"]] = {
    ".json": "json",
    ".md": "markdown",
    ".html": "html",
    ".xml": "junit",
    ".zip": "zip",
    ".ndjson": "line",
}
"""What a file can be, by the end of its name."""

LONGEST = 86400.0
"""Seconds; no time limit needs to be longer than a day."""

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_PATH = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=:/-]*")
_KEY = re.compile(r"[^\s/\\:|?*\"<>@]{1,128}")


def shown(text: str, limit: int = 80) -> str:
    """A foreign text fit for one line of a message: no control characters, no user information, bounded."""
    head, at, tail = text.rpartition("@")
    digest = re.match(r"sha(?:256|512):[0-9a-f]*\Z", tail)
    if at:
        text = f"...{'@' + tail if digest and '@' not in head and '://' not in head else tail}"
    clean = "".join(character if character.isprintable() else "?" for character in text)
    return clean if len(clean) <= limit else clean[: limit - 3] + "..."


def shown_path(path: str | Path, limit: int = 80) -> str:
    """A path fit for one line of a message; of a long one the end, which tells the file."""
    text = str(path)
    return shown(text, limit) if len(text) <= limit else f"...{shown(text[3 - limit :], limit)}"


def seconds(label: str, value: str | float) -> float:
    """A number of seconds, finite, above 0 and at most a day."""
    text = str(value).strip()
    number = float(text) if _NUMBER.fullmatch(text) else 0.0
    if not 0 < number <= LONGEST:
        raise UsageProblem(f"{label} takes seconds above 0 and at most {LONGEST:g}, for example 30")
    return number


def choice(label: str, value: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`."""
    if value not in allowed:
        raise UsageProblem(f"{label} takes one of: {', '.join(allowed)}")
    return value


def artifactory_url(label: str, value: str) -> str:
    """`http(s)://host[:port]/context` without a closing slash; an empty path means `/artifactory`.

    Whatever follows `/api` is cut off, because a base URL is often copied out of a REST call.
    """
    if "@" in value:
        raise UsageProblem(f"{label} must not hold user information; credentials come from the environment")
    scheme, separator, rest = value.strip().partition("://")
    host, _, path = rest.partition("/")
    if not separator or scheme.lower() not in ("http", "https") or not _is_host(host) or not _PATH.fullmatch(path):
        raise UsageProblem(f"{label} takes a base URL such as https://acme.jfrog.io/artifactory{_better(value)}")
    context = re.sub(r"(?:^|/)api(?:/.*)?$", "", path.rstrip("/")).rstrip("/")
    name = host.lower().removesuffix(":443" if scheme.lower() == "https" else ":80")
    return f"{scheme.lower()}://{name}/{context or 'artifactory'}"


def _is_host(text: str) -> bool:
    match = _HOST.fullmatch(text)
    return match is not None and (match[1] is None or 0 < int(match[1]) < 65536)


def _better(value: str) -> str:
    host, _, path = value.strip().partition("/")
    if not _is_host(host) or not _PATH.fullmatch(path):
        return ""
    return f"; did you mean {artifactory_url('it', 'https://' + value.strip())}?"


def repository_key(label: str, value: str) -> str:
    """A repository key: no slash, no space."""
    if not _KEY.fullmatch(value) or not value.isprintable():
        raise UsageProblem(f"{label} takes a repository key such as cgr-private, without slashes or spaces")
    return value


def glob(label: str, value: str) -> str:
    """A pattern of check ids."""
    if not value.strip():
        raise UsageProblem(f"{label} takes a pattern of check ids, for example {label} 'fields.*'")
    return value.strip()


def image_platform(label: str, value: str) -> str:
    """`OS/ARCH[/VARIANT]` in Go's words."""
    from cgrdoctor.net.manifest import parse_platform

    try:
        return str(parse_platform(value[:100]))
    except ValueError:
        raise UsageProblem(f"{label} takes OS/ARCH[/VARIANT], for example linux/arm64") from None


def expanded(label: str, value: str | Path) -> Path:
    """A path with `~` as the home directory, for users who have one."""
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise UsageProblem(f"{label}: ~ stands for a home directory, and this user has none") from None


STANDARD_INPUT = Path("-")


def document(label: str, value: str | Path) -> Path:
    """A file, or `-` for standard input; read later."""
    return STANDARD_INPUT if str(value) == "-" else expanded(label, value)


def at_home(*parts: str) -> Path:
    """A path below the home directory; for a user without one, a path at which nothing can be."""
    try:
        return Path("~", *parts).expanduser()
    except RuntimeError:
        return Path(os.devnull, *parts)


def certificates(label: str, value: str | Path) -> Path:
    """A readable file of PEM certificates."""
    import ssl

    path = expanded(label, value)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=str(path))
    except ssl.SSLError:
        raise UsageProblem(f"{label}: {shown(str(path))} holds no certificates in PEM form") from None
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{label}: {shown(str(path))} cannot be read ({reason(error)})") from None
    return absolute(label, path)


def absolute(label: str, path: Path) -> Path:
    """A path that does not depend on the working directory, which may be gone. Raises UsageProblem then."""
    try:
        return path.absolute()
    except OSError:
        raise UsageProblem(f"{label}: the working directory is gone; give a path that begins with /") from None


def tree(label: str, value: str | Path) -> Path:
    """The root of another machine's files, mounted here."""
    path = expanded(label, value)
    try:
        is_there = path.is_dir()
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{label}: {shown(str(path))} cannot be used ({reason(error)})") from None
    if not is_there:
        raise UsageProblem(
            f"{label} takes the directory at which a node's files are mounted; {shown(str(path))} is none"
        )
    return absolute(label, path)


def directory(label: str, value: str | Path) -> Path:
    """A directory. That of DOCKER_CONFIG need not exist, because the Docker client lives without one."""
    path = expanded(label, value)
    try:
        is_file, is_there = path.is_file(), path.exists()
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{label}: {shown(str(path))} cannot be used ({reason(error)})") from None
    if is_file:
        raise UsageProblem(f"{label} takes a directory; {shown(str(path))} is a file, its directory is meant")
    if not is_there and label != "DOCKER_CONFIG":
        raise UsageProblem(f"{label}: there is no directory {shown(str(path))}")
    return path


def login_file(label: str, value: str | Path) -> Path:
    """A file of logins. That of a variable need not be there: podman goes on without it."""
    path = expanded(label, value)
    try:
        is_directory, is_there = path.is_dir(), path.exists()
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{label}: {shown(str(path))} cannot be used ({reason(error)})") from None
    if is_directory:
        raise UsageProblem(f"{label} takes a file such as auth.json; {shown(str(path))} is a directory")
    if not is_there and label != "REGISTRY_AUTH_FILE":
        raise UsageProblem(f"{label}: there is no file {shown(str(path))}")
    return absolute(label, path)


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write the report to, and in which format; `in_place` where no other file may take its name."""

    path: Path
    format: Format | Literal["zip"]
    in_place: bool = False


def node(label: str, value: str) -> str:
    """What a machine is called: printable, on one line; no login is part of it."""
    name = value.strip()
    if not name or len(name) > 253 or not name.isprintable() or "@" in name:
        raise UsageProblem(
            f"{label} takes the name of this machine, at most 253 printable characters without @, such as node-7"
        )
    return name


def verdict(label: str, value: str | Path) -> Path:
    """A file that is there and writable, or can be made; it need not be a regular one."""
    path = expanded(label, value)
    try:
        if not path.exists():
            refuse_unwritable(label, path)
        elif path.is_dir():
            raise UsageProblem(f"{label}: {shown(str(path))} is a directory; name a file in it")
        elif not os.access(path, os.W_OK):
            raise UsageProblem(f"{label}: {shown(str(path))} is not writable")
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{label}: {shown(str(path))} cannot be written ({reason(error)})") from None
    return absolute(label, path)


def output(label: str, value: str | Path) -> Output:
    """Where to write, format by suffix. The directory must be there and writable."""
    path = expanded(label, value)
    form = SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise UsageProblem(f"{label}: the name must end in one of {' '.join(SUFFIXES)}")
    try:
        refuse_unwritable(label, path)
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{label}: {shown(str(path))} cannot be written ({reason(error)})") from None
    return Output(absolute(label, path), form)


def refuse_unwritable(label: str, path: Path) -> None:
    if path.is_dir():
        raise UsageProblem(f"{label}: {shown(str(path))} is a directory; name a file in it")
    if not path.parent.is_dir():
        raise UsageProblem(f"{label}: there is no directory {shown(str(path.parent))}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UsageProblem(f"{label}: the directory {shown(str(path.parent))} is not writable")


def reason(error: BaseException) -> str:
    """Why the operating system refused, in its own words and without the path."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
