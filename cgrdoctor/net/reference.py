"""The grammar of image references (distribution/reference), and the spelling that was probably meant.

Depends on nothing, so that everything may depend on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMPONENT = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = rf"(?:{_COMPONENT}(?:\.{_COMPONENT})*|\[[a-fA-F0-9:]+\])(?::[0-9]{{1,5}})?"
_SEGMENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
HOST = re.compile(_HOST, re.ASCII)
SEGMENT = re.compile(_SEGMENT, re.ASCII)
PATH = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*", re.ASCII)
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}", re.ASCII)
LIMIT = 255
"""Characters of host and path together that every client accepts."""

EXAMPLE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
SHAPE = f"HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE[:TAG], for example {EXAMPLE}"
_COMMAND = re.compile(
    r"(?:sudo\s{1,20})?(?:docker|podman|nerdctl|crane|skopeo|buildah|ctr)(?:\s{1,20}(?:image|images))?\s{1,20}(?:pull|run|inspect|manifest)\b"
    r"|FROM\b|-?\s{0,20}image:|cgrdoctor\b(?:\s{1,20}check\b)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://", re.ASCII)
TYPED = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("\u02d0\u2236\ua789", ":"),
    "\u2024": ".",
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
"""What word processors and other keyboards write for characters of a reference."""
_AS_TYPED = {ord(odd): plain for odd, plain in TYPED.items()}


class UnusableReference(ValueError):
    """A text that is no reference. `problem` is one line, `suggestion` a corrected spelling that parses, or None."""

    def __init__(self, problem: str, suggestion: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Reference:
    """An Artifactory reference. `host` may hold a port; `path` is everything between host and tag or digest."""

    host: str
    path: str
    tag: str | None = None
    digest: str | None = None

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's segments."""
        return tuple(self.path.split("/"))

    @property
    def selector(self) -> str:
        """What is asked for: the digest, else the tag, else `latest`, as docker does."""
        return self.digest or self.tag or "latest"

    @property
    def hostname(self) -> str:
        """The host without its port or brackets, lower case."""
        name, _, port = self.host.rpartition(":")
        bare = name if name and port.isdigit() else self.host
        return bare.strip("[]").lower()

    @property
    def port(self) -> int | None:
        """The port, None if none is given."""
        name, _, port = self.host.rpartition(":")
        return int(port) if name and port.isdigit() else None

    def __str__(self) -> str:
        return f"{self.host}/{self.path}" + _ending(self.tag, self.digest)


@dataclass(frozen=True, slots=True)
class UpstreamImage:
    """An image as cgr.dev names it: `org/name[:tag][@digest]`."""

    path: str
    tag: str | None = None
    digest: str | None = None

    @property
    def selector(self) -> str:
        """The digest, else the tag, else `latest`."""
        return self.digest or self.tag or "latest"

    def __str__(self) -> str:
        return self.path + _ending(self.tag, self.digest)


def parse_reference(text: str) -> Reference:
    """A reference with a host. Raises UnusableReference."""
    problem = _problem(text)
    if problem is None:
        return _read(text)
    raise UnusableReference(problem, _suggestion(text))


def parse_upstream(text: str) -> UpstreamImage:
    """A reference without a host, or with the host cgr.dev. Raises UnusableReference."""
    bare = text.removeprefix("cgr.dev/")
    try:
        found = parse_reference(f"cgr.dev/{bare}")
    except UnusableReference as error:
        better = error.suggestion.removeprefix("cgr.dev/") if error.suggestion else None
        raise UnusableReference(error.problem, better) from None
    return UpstreamImage(found.path, found.tag, found.digest)


def _ending(tag: str | None, digest: str | None) -> str:
    return (f":{tag}" if tag is not None else "") + (f"@{digest}" if digest is not None else "")


def _split(text: str) -> tuple[str, str, str | None, str | None]:
    """Host, path, tag, digest as they stand, unchecked."""
    name, at, digest = text.partition("@")
    host, _, rest = name.partition("/")
    path, colon, tag = rest.rpartition(":") if ":" in rest.rpartition("/")[2] else (rest, "", "")
    return host, path, tag if colon else None, digest if at else None


def _read(text: str) -> Reference:
    return Reference(*_split(text))


def _problem(text: str) -> str | None:
    return _form_problem(text) or _part_problem(*_split(text))


def _form_problem(text: str) -> str | None:
    """What is wrong with the text as a whole."""
    if not text.strip():
        return f"IMAGE is empty; write {SHAPE}"
    if has_user_information(text):
        return "IMAGE holds user information before an @; leave it out, credentials are read from elsewhere"
    if "<" in text or ">" in text:
        return f"IMAGE still holds a placeholder in <...>; write {SHAPE}"
    if _COMMAND.match(text.strip()) and text.strip().split()[1:]:
        return "IMAGE is a whole command; give the reference alone"
    if _SCHEME.match(text.strip()):
        return "IMAGE has a scheme; a reference has none"
    if text != text.strip() or any(character in text for character in " \t\r\n\"'`"):
        return "IMAGE holds spaces or quotes"
    odd = next((one for one in text if not one.isascii() or not one.isprintable()), None)
    if odd is not None:
        return f"IMAGE holds U+{ord(odd):04X}, a character that no reference has"
    if "\\" in text:
        return "IMAGE holds a backslash"
    return None


def _part_problem(host: str, path: str, tag: str | None, digest: str | None) -> str | None:
    """What is wrong with one of the parts."""
    if not path and re.fullmatch(r"[a-f0-9]{64}", host):
        return "IMAGE is 64 hexadecimal digits, which clients take for an image id"
    if not host and path:
        return "a slash stands before the host"
    if not path and re.fullmatch(r"[A-Za-z0-9_.:-]{1,80}", host) and not _is_host(host):
        return f"{host} names no host; write {SHAPE}"
    if host.endswith(":"):
        return "a colon stands behind the host, and no port"
    if host.endswith("."):
        return "the host ends in a dot, which references do not allow"
    if not HOST.fullmatch(host):
        return f"the host does not read as one; write {SHAPE}"
    if not path.strip("/"):
        return f"nothing stands behind the host; write {SHAPE}"
    if not ("." in host or ":" in host or host == "localhost" or host != host.lower()):
        return f"{host} is no host, so docker would ask docker.io; write {SHAPE}"
    if path.endswith("/") or path.startswith("/") or "//" in path:
        return "a slash stands at an end or twice"
    if path.endswith((":sha256", ":sha512")):
        return "a digest stands behind an @"
    if path != path.lower():
        return "the repository has upper case; references are lower case"
    if not PATH.fullmatch(path):
        return "the repository holds characters that no reference has"
    if tag is not None and not TAG.fullmatch(tag):
        return _tag_problem(tag, digest)
    if digest is not None and not DIGEST.fullmatch(digest):
        return _digest_problem(digest)
    if len(host) + 1 + len(path) > LIMIT:
        return f"host and repository are longer than {LIMIT} characters"
    return None


def _is_host(host: str) -> bool:
    name = host.rpartition(":")[0] or host
    return HOST.fullmatch(host) is not None and ("." in name or ":" in host or name == "localhost")


def _digest_problem(digest: str) -> str:
    short = re.fullmatch(r"sha256:([0-9a-f]{0,63})\.{0,3}", digest)
    if short:
        return f"the digest is cut short: {len(short[1])} of 64 hexadecimal digits; write them all"
    return "the digest is not sha256: and 64 lower-case hexadecimal digits"


def _tag_problem(tag: str, digest: str | None) -> str:
    if not tag:
        return "the tag is empty" if digest is None else "the tag before the digest is empty"
    wrong = next((one for one in tag if not re.match(r"[A-Za-z0-9_.-]", one, re.ASCII)), "")
    if wrong:
        return f"{wrong} is no character of a tag"
    return "the tag is longer than 128 characters" if len(tag) > 128 else f"a tag does not begin with {tag[0]}"


def has_user_information(text: str) -> bool:
    """An @ that is not followed by something that is meant as a digest."""
    bare = _SCHEME.sub("", text.strip(), count=1)
    return any(
        not re.match(
            r"(?:sha\d+\b|[A-Za-z0-9+._-]{1,40}:[0-9a-fA-F]{16,}|[0-9a-fA-F]{64}$|$)", bare[at + 1 :], re.ASCII
        )
        for at, character in enumerate(bare)
        if character == "@"
    )


def _suggestion(text: str) -> str | None:
    """A corrected spelling, only if it parses."""
    if "<" in text or ">" in text:
        return None
    guess = _without_command(_ESCAPED_ENDS.sub("", text.translate(_AS_TYPED)).replace("\\", "/").strip().strip("\"'`"))
    guess = _SCHEME.sub("", guess.strip().strip("\"'`"), count=1)
    if has_user_information(guess):
        return _spelt(guess.rpartition("@")[2])
    better = _spelt(guess)
    return better if better is not None or len(guess) > 2 * LIMIT else _spelt(_mended(guess))


_ESCAPED_ENDS = re.compile(r"^(?:\\[nrt\"])+|(?:\\[nrt\"])+$")
"""Line breaks and quotes as JSON and shells write them."""


def _spelt(guess: str) -> str | None:
    """The reference that a guess is but for slashes at its ends, letters and the mark before its digest."""
    guess = re.sub(r":(?=sha(?:256:[0-9a-fA-F]{64}|512:[0-9a-fA-F]{128})$)", "@", guess)
    host, path, tag, digest = _split(re.sub(r"@(?=[0-9a-fA-F]{64}$)", "@sha256:", guess).strip("/"))
    path = re.sub(r"/{2,}", "/", path).strip("/").lower()
    ending = _ending(tag or None, digest.lower() if digest else None)
    better = f"{host.rstrip('.:').lower()}/{path}{ending}"
    return better if _problem(better) is None else None


def _mended(guess: str) -> str:
    """What clings to it, half a scheme, and other marks before a tag or digest than theirs, put right."""
    for wrong, right in _SLIPS:
        guess = wrong.sub(right, guess)
    return guess


_SLIPS = tuple(
    (re.compile(wrong, re.IGNORECASE), right)
    for wrong, right in (
        (r"^(?:[^A-Za-z0-9\[]|\[(?![0-9a-f:]{2,45}\])){1,9}", ""),
        (r"[^A-Za-z0-9_.-]{1,9}$", ""),
        (r"^[a-z]{2,10}(?::/?|//)(?=[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}[:/])", ""),
        (r"%2f", "/"),
        (r"^([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}):(?=[a-z])", r"\1/"),
        (r"::", ":"),
        (r"@(?:sha256[:-]){1,3}(?=[0-9a-f]{64}$)", "@sha256:"),
        (r"(?:[?#](?:tag=)?|={1,2})(?=[a-z0-9_][a-z0-9_.-]{0,127}$)", ":"),
    )
)


def _without_command(text: str) -> str:
    """The word of a pasted command line or manifest that looks like a reference."""
    if not _COMMAND.match(text):
        return text.split(maxsplit=1)[0] if text.split() else text
    words = [word.strip("\"'`") for word in text.split()]
    candidates = [word for word in words if "/" in word and not word.startswith("-") and "=" not in word]
    usable = [word for word in candidates if _problem(_SCHEME.sub("", word, count=1)) is None]
    return (usable or candidates or words)[-1]
