"""The words of this program: ids, codes, names of facts, keys of the report, members of closed sets.

They stand in every report, so that a secret which equals one of them is neither looked for nor betrayed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cgrdoctor.model import Report, Struct
from cgrdoctor.privacy.plain_text import plain
from cgrdoctor.privacy.typed import way, words_of

_WORD = re.compile(r"[a-z]{3,}")
_EXCHANGE = re.compile(r"x[0-9]{1,9}", re.ASCII)

WORDS = """
GET HEAD POST get read dns connect proxy tls send headers first_byte body whole
cache-fill connection-test docker-pull file local remote virtual federated docker oci generic cgrdoctor
jwt api-key reference-token authorization presigned user-information field cookie private-key dump header query
credential environment
"""
"""Methods and stages of exchanges; effects; classes and types of repositories; kinds of what is withheld."""

ORDINARY = (
    "password passwd username user secret secrets login admin administrator welcome company service account"
    " artifactory jfrog chainguard registry repository container kubernetes python static latest"
)
"""What anybody in this field writes, whether the catalogue of checks is loaded or not."""


@dataclass(frozen=True)
class OwnWords:
    """`words` are left alone where they stand by themselves in a place of ours; `prose` is what else we write."""

    words: frozenset[str]
    prose: tuple[str, ...] = ()

    def is_one(self, text: str) -> bool:
        """Whether a text is one of our words, as a whole."""
        return text in self.words or _EXCHANGE.fullmatch(text) is not None

    def holds(self, spelled: bytes) -> bool:
        """Whether a reduced text is one of our words, or a part of one."""
        return spelled in self._reduced

    def is_ordinary(self, word: str) -> bool:
        """Whether a word in lower case stands in one of our words or sentences."""
        return word in self._vocabulary

    @cached_property
    def _reduced(self) -> bytes:
        return b"\0".join(plain(word) for word in sorted(self.words))

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(word for text in (*self.words, *self.prose) for word in _WORD.findall(text.lower()))


def own_words(kinds: Iterable[type[Struct]] = (), words: Iterable[str] = (), prose: Iterable[str] = ()) -> OwnWords:
    """The words of the report and of more `kinds` of structures, beside other `words`; `prose` is ordinary."""
    met: set[type[Struct]] = set()
    told = {*WORDS.split(), *words, *(word for kind in (Report, *kinds) for word in words_of(way(kind), met))}
    return OwnWords(frozenset(told), (ORDINARY, *prose))
