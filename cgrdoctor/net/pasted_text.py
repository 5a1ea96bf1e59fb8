"""The image that a text speaks of: an event, an error, a log, a values file. Every expression is linear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cgrdoctor.net.pasted_word import TEMPLATES, Pasted, candidate, parsed, raise_near, unfilled
from cgrdoctor.net.reference import LIMIT, SHAPE, TYPED, Reference, UnusableReference, parse_reference

_SPLIT = re.compile("(?:\\\\[nrt]?+|[\\s\"'`,;()\\[\\]{}<>|=\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb])++")
"""Between words; a line break that was written out is one, too."""
CODE_HOSTS = frozenset(
    ("github.com", "golang.org", "google.golang.org", "gopkg.in", "k8s.io", "sigs.k8s.io", "go.opentelemetry.io")
)
"""What stands before the names of modules in stack traces; no registry."""

_REFERENCE = "[\"'`\u201c\\\\]{0,3}(?:(?:docker|oci)://)?([A-Za-z0-9][A-Za-z0-9._:/@+-]{2,700})"
_FAILING = (
    "failed to pull(?: and unpack)? image",
    "failed to (?:resolve reference|resolve source metadata for|solve:|do request|load cache key:?|pull)",
    "back-off pulling image",
    "(?:couldn't|cannot|unable to) pull image",
    "unable to (?:pull|copy from source)",
    "initiali[sz]ing (?:image from )?source",
    "parsing image name",
    "access denied for",
    "manifest (?:unknown )?for",
    "error (?:pulling|copying) image",
    "error: image",
    r"reading manifest [^\s\"]{1,140} in",
    "from image",
    r"(?:error|>) \[[^\]\n]{1,80}\] load metadata for",
    "could not (?:download|fetch image)",
    "error scanning image",
)
"""Words before the image that failed, in what clients print."""
_FAILED = re.compile(rf"(?:{'|'.join(_FAILING)})\s{{1,4}}{_REFERENCE}", re.IGNORECASE)
_NAMING = (
    "trying to pull",
    r"\bimage:",
    r"\"image\":",
    r"\bimage\s{0,4}=",
    r"\bfrom(?:\s{1,4}--platform=\S{1,80})?",
    "pulling(?: image)?",
    "container image",
)
_NAMED = re.compile(rf"(?:{'|'.join(_NAMING)})\s{{0,4}}{_REFERENCE}", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]{3,900}", re.IGNORECASE)

_WITHIN = re.compile(
    r"/manifests/|/blobs/|/(?:list\.)?manifest\.json$|^[^/]{1,253}/(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?$"
    r"|^[^/]{1,253}/v[0-9]{1,2}(?:(?:alpha|beta)[0-9]{1,2})?$|^(?:[a-z0-9-]{1,63}\.){0,6}kubernetes\.io/"
)
"""In what Artifactory says of an image: where it asks upstream for a manifest, where it keeps it, a host and its
address; in what Kubernetes has: groups and types."""

_SPLIT_VALUES = re.compile(
    r"^[ \t-]{0,40}(registry|imageRegistry|repository|name|tag|digest|newName|newTag)[ \t]{0,10}:"
    r"[ \t]{0,10}[\"']?([^\s\"'#]{1,300})",
    re.MULTILINE,
)


def image_of_text(text: str) -> Pasted:
    """A text: the image that failed; else the one that is named; else the only one that stands in it."""
    values = _split_values(text)
    if values is not None:
        return Pasted(values, "text")
    found = (
        _agreed(_first_of(_FAILED, text))
        or _agreed(_addresses(text))
        or _agreed(_first_of(_NAMED, text))
        or _agreed(_loose(text))
        or _agreed(_addresses(text, of_tokens=True))
    )
    if found:
        return Pasted(_completed(the_one(found), text), "text")
    for word in text.split():
        if "/" in word and re.search(r"[{}$<%\[(]", word) and (not word.startswith("<") or word[1:2] == "%"):
            refused = unfilled(word)
            if refused:
                raise UnusableReference(refused)
    for one in (*_FAILED.finditer(text), *_NAMED.finditer(text)):
        raise_near(one[1])
    raise UnusableReference(f"no image stands in this text; write {SHAPE}")


def the_one(found: list[Reference]) -> Reference:
    """The image, where it is one. Raises UnusableReference."""
    if len(found) > 1:
        raise UnusableReference(f"the text names several images: {', '.join(map(str, found[:4]))}; give one of them")
    return found[0]


def _split_values(text: str) -> Reference | None:
    """registry:, repository: and tag: of Helm, newName: and newTag: of kustomize; each block by itself."""
    blocks = list(_blocks(text))
    registry = next((block["imageRegistry"] for block in blocks if "imageRegistry" in block), "")
    found = [one for block in blocks if (one := _of_block({"imageRegistry": registry, **block})) is not None]
    return the_one(list(dict.fromkeys(found))) if found else None


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Values by their keys, as far as lines of the same depth follow each other and no key comes again."""
    block: dict[str, str] = {}
    depth = 0
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _SPLIT_VALUES.match(line)
        at = len(line) - len(line.lstrip(" \t-"))
        if block and (at < depth or (found is not None and at == depth and found[1] in block)):
            yield block
            block = {}
        if found is not None and (not block or at == depth):
            depth = at
            block[found[1]] = found[2]
    yield block


def _of_block(values: dict[str, str]) -> Reference | None:
    name = values.get("newName") or values.get("repository") or _with_tag_beside(values)
    if name is None or any(form.search(value) for form in TEMPLATES for value in values.values()):
        return None
    registry = values.get("registry") or ("" if _has_host(name) else values["imageRegistry"])
    tag = values.get("newTag") or values.get("tag")
    tag = None if tag in ("null", "~") else tag
    whole = (f"{registry.rstrip('/')}/{name}" if registry else name) + (f":{tag}" if tag else "")
    return parsed(whole + (f"@{values['digest']}" if "digest" in values else ""))


def _with_tag_beside(values: dict[str, str]) -> str | None:
    """What GitLab's and other charts' `name:` holds, where a `tag:` stands beside it."""
    name = values.get("name", "")
    return name if "tag" in values and "/" in name and _has_host(name) else None


def _has_host(name: str) -> bool:
    host = name.partition("/")[0]
    return "." in host or ":" in host


def _first_of(form: re.Pattern[str], text: str) -> Iterable[Reference]:
    for found in form.finditer(text):
        refuse_in_part(text, found.start(1), found.end())
        one = candidate(found[1])
        if one is not None:
            tag = re.match(r"reading manifest ([^\s\"]{1,140}) in", found[0], re.IGNORECASE)
            yield _with(one.reference, tag[1]) if tag else one.reference


_QUOTED = re.compile("[\\s\"'`\u201c\u201d\u2018\u2019]+")


def _is_template(chunk: str) -> bool:
    """Whether something in a word is not filled in: what is left of it is no image."""
    return "/" in chunk and re.search(r"[{$<%\[(]", chunk) is not None and unfilled(chunk[:1000]) is not None


def refuse_in_part(text: str, begin: int, end: int) -> None:
    """Raises UnusableReference where the word goes on behind what reads as a reference: never a part of one."""
    char, before = text[end : end + 1], text[end - 1 : end]
    typed = char > "\x7f" and (char.isalnum() or char in TYPED)
    if not (char and (char in "${%" or (before in ":/@" and char in "[(<") or typed)):
        return
    word = re.split(r"[\s\"'`,;\u201c\u201d\u2018\u2019]", text[begin : begin + LIMIT], maxsplit=1)[0]
    refused = unfilled(word)
    if refused:
        raise UnusableReference(refused)
    if typed:
        parse_reference(word)


def _with(found: Reference, asked: str) -> Reference:
    if found.tag or found.digest:
        return found
    return parsed(f"{found}{'@' if asked.startswith(('sha256:', 'sha512:')) else ':'}{asked}") or found


def _addresses(text: str, *, of_tokens: bool = False) -> Iterable[Reference]:
    """Images of the registry addresses in a text; what a token is asked for says less than any name of an image."""
    for found in _ADDRESS.finditer(text):
        if (re.search(r"/token\b", found[0]) is not None) == of_tokens and re.search(
            r"^https?://[^/]{1,260}/v2/.|/api/docker/|/artifactory/.|/ui/(?:repos|native)/", found[0]
        ):
            one = candidate(found[0].rstrip(".,:;)"))
            if one is not None:
                yield one.reference


def _completed(found: Reference, text: str) -> Reference:
    """A name without tag as it stands elsewhere in the text with one: a digest may be that of a part of the image."""
    if found.tag:
        return found
    same = [one for one in _loose(text) if (one.host, one.path) == (found.host, found.path)]
    tagged = next((one for one in same if one.tag), None)
    return tagged or (found if found.digest else next((one for one in same if one.digest), found))


def _loose(text: str) -> Iterable[Reference]:
    """Every word that reads as a reference with a host, and is no path of a registry or of Artifactory's store."""
    for word in (one for chunk in _QUOTED.split(text) if not _is_template(chunk) for one in _SPLIT.split(chunk)):
        if (
            "/" in word
            and "://" not in word[:9].replace("docker://", "").replace("oci://", "")
            and not _WITHIN.search(word)
        ):
            one = candidate(word)
            if one is not None and one.reference.host not in CODE_HOSTS:
                yield one.reference


def _agreed(found: Iterable[Reference]) -> list[Reference]:
    """The different images among these; a name without tag is that of the one with it, a digest beside a tag too."""
    kept: dict[tuple[str, str], Reference] = {}
    several: list[Reference] = []
    for one in found:
        key = (one.host, one.path)
        known = kept.get(key)
        if known is None or not (known.tag or known.digest):
            kept[key] = one
        elif one.tag and known.tag and one.tag != known.tag:
            several.append(one)
    return list(dict.fromkeys([*kept.values(), *several]))[:20]
