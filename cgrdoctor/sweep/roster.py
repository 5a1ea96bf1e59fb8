"""The references of a sweep: what the texts of a list mean for one repository, each once.

A row is path, selector, whose path it is, and the text of the list: thousands of rows are kept, as texts.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from cgrdoctor.config.values import shown
from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.net.pasted_word import read_word
from cgrdoctor.net.reference import Reference, UnusableReference, UpstreamImage, parse_reference, parse_upstream
from cgrdoctor.privacy.host_names import hostname, same_host
from cgrdoctor.sweep.model import Asked

MOST = 200_000
"""References of one sweep; with `--shard` of one share of it."""

SHOWN = 1000
"""Texts that are kept of those that are not asked for."""

DIVIDER = "\x1f"
UPSTREAM, BELOW = "u", "b"
"""Whose path a row has: that of cgr.dev, or that below the repository's key."""


@dataclass(frozen=True, slots=True)
class Home:
    """The repository: Artifactory's `host[:port]`, its key, and what the remote puts before a path at cgr.dev."""

    host: str
    key: str
    project: str = ""

    def upstream(self, path: str) -> str:
        """A path below the key as cgr.dev has it."""
        return f"{self.project}/{path}" if self.project else path

    def below(self, upstream: str) -> str:
        """A path at cgr.dev as it stands below the key."""
        return upstream.removeprefix(f"{self.project}/") if self.project else upstream


@dataclass(slots=True)
class Left:
    """Texts that are not asked for: how many, and the first of them."""

    count: int = 0
    texts: dict[str, None] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """One more. Of what is set in a text its name is enough: the value may be a secret."""
        self.count += 1
        if len(self.texts) < SHOWN:
            name, equals, _ = text.partition("=")
            self.texts[shown(f"{name}=..." if equals else text, 200)] = None


@dataclass(slots=True)
class Roster:
    """`rows` in the order of paths; `others` are of another registry or repository, `unusable` name no image.

    `total` is how many texts of the list name an image of this one, in whatever share.
    """

    home: Home
    rows: list[str]
    others: Left
    unusable: Left
    total: int

    def at(self, home: Home) -> Roster:
        """The same, once it is known what the remote makes of a path."""
        return replace(self, home=home)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Asked]:
        return (_unpacked(row, self.home) for row in self.rows)


def roster(texts: Iterable[str], home: Home, share: tuple[int, int] = (0, 1)) -> Roster:
    """Sorts texts into references of this repository and others; `share` is `I` of `N`, from 0.

    In a list in which nothing names Artifactory's host or cgr.dev, `org/name` is an image of cgr.dev; in all others it
    is what clients take it for, one of docker.io. Raises UsageProblem for more than `MOST` in a share.
    """
    rows: set[str] = set()
    bare: set[str] = set()
    others, unusable = Left(), Left()
    met = [0, 0]
    named = False
    for text in texts:
        kind, row = _sorted(text, home)
        named = named or kind in ("named", "elsewhere")
        if kind == "unusable":
            unusable.add(text)
        elif kind in ("other", "elsewhere"):
            others.add(text)
        else:
            met[kind == "bare"] += 1
            if _in_share(row, share):
                (bare if kind == "bare" else rows).add(row)
        if len(rows) > MOST or len(bare) > MOST:
            raise UsageProblem(f"--images: more than {MOST} images; split the list, or give --shard I/N")
    if named:
        for row in sorted(bare):
            others.add(row.rpartition(DIVIDER)[2])
    else:
        rows |= bare
    return Roster(home, sorted(rows), others, unusable, met[0] if named else sum(met))


def _sorted(text: str, home: Home) -> tuple[str, str]:
    """What a text is (`named`, `bare`, `other`, `elsewhere` in Artifactory, `unusable`), and its row."""
    bare = text.removeprefix("docker://").removeprefix("oci://")
    try:
        found = parse_reference(bare)
    except UnusableReference:
        read = _pasted(bare, home)
        if read is None:
            return _without_host(bare)
        found, text = read, str(read)
    if hostname(found.host) == REGISTRY_HOST:
        return "named", _row(text, found.path, found, UPSTREAM)
    path = _below_key(found, home)
    if path is not None:
        return "named", _row(text, path, found, BELOW)
    if same_host(found.host, home.host):
        return "elsewhere", ""
    single = found.port is None and "/" not in found.path and found.host != "localhost"
    return ("bare", _row(text, f"{found.host}/{found.path}", found, UPSTREAM)) if single else ("other", "")


def _pasted(text: str, home: Home) -> Reference | None:
    """The image in an address or behind `NAME=`, where it is one of ours: what else is set there may be a secret."""
    if "://" not in text and "=" not in text:
        return None
    try:
        found = read_word(text).reference
    except UnusableReference:
        return None
    ours = hostname(found.host) == REGISTRY_HOST or _below_key(found, home) is not None
    return found if ours else None


def _without_host(text: str) -> tuple[str, str]:
    """A text that does not begin with a registry: a name at cgr.dev, one of docker.io, or no reference."""
    if "/" not in text and _is_name(f"docker.io/library/{text}"):
        return "other", ""
    if not _is_name(f"docker.io/{text}"):
        return "unusable", ""
    found = parse_upstream(text)
    return ("bare" if found.path.count("/") == 1 else "other"), _row(text, found.path, found, UPSTREAM)


def _is_name(text: str) -> bool:
    try:
        parse_reference(text)
    except UnusableReference:
        return False
    return True


def _below_key(found: Reference, home: Home) -> str | None:
    """The path below the key: the path and the sub-domain method; None for other hosts and keys."""
    if same_host(found.host, home.host):
        first, _, rest = found.path.partition("/")
        return rest if first == home.key and rest else None
    label, _, parent = found.host.partition(".")
    return found.path if label == home.key and same_host(parent, home.host) else None


def _row(text: str, path: str, found: Reference | UpstreamImage, whose: str) -> str:
    return DIVIDER.join((path, found.selector, whose, text))


def _unpacked(row: str, home: Home) -> Asked:
    path, selector, whose, image = row.split(DIVIDER)
    if whose == UPSTREAM:
        return Asked(image, home.below(path), selector, path)
    return Asked(image, path, selector, home.upstream(path))


def _in_share(row: str, share: tuple[int, int]) -> bool:
    """By the image's path, so that all tags of an image are asked for with one token."""
    number, of = share
    return of == 1 or zlib.crc32(row.partition(DIVIDER)[0].encode()) % of == number
