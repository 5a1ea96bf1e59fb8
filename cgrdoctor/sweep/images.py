"""Which texts of a document name images: `image:` of manifests, Pods and compose files, Helm's maps of parts.

Fed with the document's events, whatever its syntax; what is not the name of an image is dropped at once. Fields that
hold what a person wrote for others (annotations, labels, environment, arguments, data) are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

PASSED_OVER = frozenset(
    ["annotations", "labels", "env", "environment", "envfrom", "args", "command", "matchlabels", "volumes"]
)
"""Fields, in lower case, in which an `image` is none."""

OF_OBJECTS = frozenset(["metadata", "status", "data", "stringdata", "binarydata", "managedfields"])
"""The same, in a Kubernetes object: beside a `kind` or an `apiVersion`."""

PARTS = frozenset(("image", "registry", "repository", "tag", "digest", "imageregistry", "kind", "apiversion"))
"""Fields whose texts are kept until their mapping ends."""

EMPTY = frozenset(("", "~", "null", "Null", "NULL"))

MOST_PENDING = 100_000
"""Images of one document that wait for `global.imageRegistry`."""


class TooDeep(ValueError):
    """A document with more mappings and lists inside each other than anybody writes."""


DEPTH = 200


@dataclass(slots=True)
class _Level:
    """A mapping or list: the key it stands under, and the fields of it that tell something."""

    key: str
    passed: bool
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Images:
    """Collects. `enter` and `leave` a mapping or list, `scalar` in between; `take` what was found so far."""

    _levels: list[_Level] = field(default_factory=lambda: [_Level("", passed=False)])
    _found: list[str] = field(default_factory=list)
    _pending: list[str] = field(default_factory=list)
    _registry: str = ""

    def enter(self, key: str) -> None:
        """A mapping or list begins, under a key; a member of a list has the list's. Raises TooDeep."""
        if len(self._levels) > DEPTH:
            raise TooDeep(f"more than {DEPTH} mappings and lists inside each other")
        above = self._levels[-1]
        self._levels.append(_Level(key, above.passed or self._is_passed_over(key, above)))

    def leave(self) -> None:
        """The innermost one ends."""
        if len(self._levels) == 1:
            return
        level = self._levels.pop()
        if level.passed or not level.parts:
            return
        if level.key.lower() == "global" and level.parts.get("imageregistry"):
            self._registry = level.parts["imageregistry"]
        if level.parts.get("repository") and self._names_image(level):
            self._assemble(level.parts)

    def scalar(self, key: str, text: str) -> None:
        """A text under a key, or a member of the list under it."""
        level, name = self._levels[-1], key.lower()
        if level.passed or text in EMPTY:
            return
        if name == "image" or self._names_one(name, text) or (not name and len(self._levels) == 2):
            self._found.append(text)
        elif name in PARTS:
            level.parts[name] = text

    def end(self) -> None:
        """The document ends: whatever is open is closed, and what waited for a registry is complete."""
        while len(self._levels) > 1:
            self.leave()
        registry = f"{self._registry}/" if self._registry else ""
        self._found += [registry + one for one in self._pending]
        self._pending.clear()
        self._levels[0].parts.clear()
        self._registry = ""

    def take(self) -> Iterator[str]:
        """What was found since the last time."""
        yield from self._found
        self._found.clear()

    def give_back(self, found: list[str]) -> None:
        """Texts that were taken, for the next who takes."""
        self._found = found + self._found

    @staticmethod
    def _is_passed_over(key: str, above: _Level) -> bool:
        name = key.lower()
        if above.key == "services":
            return False
        return name in PASSED_OVER or (name in OF_OBJECTS and bool({"kind", "apiversion"} & above.parts.keys()))

    @staticmethod
    def _names_one(name: str, text: str) -> bool:
        """Whether it is a list of images, or a field such as `initImage`, whose text can only be one."""
        if name == "images":
            return "/" in text
        return name.endswith("image") and "." in text.partition("/")[0] and "/" in text and "://" not in text

    @staticmethod
    def _names_image(level: _Level) -> bool:
        """Whether a mapping with a repository is Helm's way to name an image: by its own key, or by its other parts."""
        return level.key.lower().endswith("image") or bool({"tag", "digest"} & level.parts.keys())

    def _assemble(self, parts: dict[str, str]) -> None:
        repository, registry = parts["repository"], parts.get("registry", "")
        tag, digest = parts.get("tag", ""), parts.get("digest", "")
        ending = (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
        whole = f"{registry}/{repository}{ending}" if registry else f"{repository}{ending}"
        if not ending and ":" not in repository.rpartition("/")[2]:
            whole += UNTAGGED
        if registry or len(self._pending) >= MOST_PENDING:
            self._found.append(whole)
        else:
            self._pending.append(whole)


UNTAGGED = ":<appVersion>"
"""The tag that a chart fills in where its values have none."""
