"""JSON, and YAML's flow style, read as a stream of tokens: however large, one piece of it is in memory at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from cgrdoctor.sweep.images import Images

TOKEN = re.compile(
    r"""\s++|"(?:[^"\\]++|\\.)*+"|'(?:[^']++|'')*+'|[{}\[\],]|:(?=[\s,\]}"'{\[]|$)|\#[^\n]*+"""
    r"""|(?:[^\s{}\[\],:"'\#]|:(?![\s,\]}"'{\[]|$))(?:[^\s{}\[\],:]|:(?![\s,\]}]|$)|[ ]+(?![\s\#{}\[\],:]))*+""",
    re.DOTALL,
)
LONGEST = 4 * 1024 * 1024
"""Characters of one text. An object of Kubernetes has at most 1.5 MiB."""


class Broken(ValueError):
    """A text that is no document; the message says where it stops to be one."""


class Flow:
    """Feeds `images` with a document in braces or brackets. `more` gives the next piece of text, empty at its end.

    Ends with the bracket that was opened first; `rest` is what follows it. Tolerant: what is out of place is dropped.
    """

    def __init__(self, images: Images, text: str, more: Callable[[], str], key: str = "") -> None:
        self._images = images
        self._text = text
        self._more = more
        self._outer = key
        self._at = 0

    @property
    def rest(self) -> str:
        """What was read and not used."""
        return self._text[self._at :]

    def run(self) -> Iterator[str]:
        """The images, as they are found. Raises Broken and TooDeep."""
        open_keys: list[tuple[str, bool]] = []
        key, word, quoted = self._outer, None, False
        for token in self._tokens():
            kind = token[0]
            if kind in "{[":
                self._images.enter(key)
                open_keys.append((key, kind == "{"))
                key, word = ("" if kind == "{" else key), None
            elif kind in "}],":
                if word is not None:
                    self._images.scalar(key, word)
                    word = None
                if kind != ",":
                    self._images.leave()
                    if open_keys:
                        open_keys.pop()
                    yield from self._images.take()
                    if not open_keys:
                        return
                above, is_mapping = open_keys[-1]
                key = "" if is_mapping else above
            elif kind == ":" and len(token) == 1:
                key, word = word or "", None
            elif kind == ":" and word is not None and quoted:
                key, word = word, token[1:]
            else:
                word = plain(token)
            quoted = kind in "\"'"
        raise Broken("it ends in the middle")

    def _tokens(self) -> Iterator[str]:
        """Tokens without white space and comments; one at the end of a piece may go on in the next."""
        while True:
            found = TOKEN.match(self._text, self._at)
            if found is None or found.end() >= len(self._text) - 1:
                piece = self._more()
                if piece:
                    self._text = self._text[self._at :] + piece
                    self._at = 0
                    if len(self._text) > LONGEST + len(piece):
                        raise Broken(f"a text of more than {LONGEST} characters")
                    continue
                if self._at >= len(self._text):
                    return
                if found is None and self._text[self._at] in "\"'":
                    raise Broken("a quote that nothing closes")
                if found is None:
                    self._at += 1
                    continue
            self._at = found.end()
            token = found[0]
            if not token[0].isspace() and token[0] != "#":
                yield token


def plain(token: str) -> str:
    """A scalar as text."""
    if token[0] == '"':
        if "\\" not in token:
            return token[1:-1]
        try:
            return str(json.loads(token))
        except ValueError:
            return token[1:-1]
    return token[1:-1].replace("''", "'") if token[0] == "'" else token
