"""A world as bytes that a fuzzer can change anywhere: the image, then what is answered to each request.

    acme.jfrog.io/cgr-private/acme.com/python:3.12
    === acme.jfrog.io /v2/
    HTTP/1.1 401 Unauthorized
    ...

A request gets the answer whose place begins it, the longest such place; where a place has several, the next one each
time, and the last one from then on. The answers are sent as they stand, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from canned import Answers
from client import Recording
from front import Reply

MARK = b"\n=== "
NOWHERE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Script:
    """`places` holds the answers by host and the beginning of a request target, with a space between."""

    image: str
    places: dict[str, list[bytes]]
    _given: dict[str, int] = field(default_factory=dict)

    def answers(self) -> Answers:
        """What the peers say, as the client wants it."""
        order = sorted(self.places, key=len, reverse=True)

        def answer(host: str, target: str) -> bytes:
            place = next((one for one in order if f"{host} {target}".startswith(one)), None)
            if place is None:
                return NOWHERE
            turn = self._given.get(place, 0)
            self._given[place] = turn + 1
            return self.places[place][min(turn, len(self.places[place]) - 1)]

        return answer

    def recording(self) -> Recording:
        """The same as answers that can be spoilt in the ways of the client's tests."""
        whole = ((place.partition(" "), reply(answers[0])) for place, answers in self.places.items())
        return Recording(self.image, {(host, target): found for (host, _, target), found in whole if found})


def read(data: bytes) -> Script:
    """Any bytes are a script."""
    image, *parts = data.split(MARK)
    places: dict[str, list[bytes]] = {}
    for part in parts:
        place, _, answer = part.partition(b"\n")
        places.setdefault(place.decode("latin-1"), []).append(answer)
    return Script(image.decode("utf-8", "replace").strip(), places)


def write(image: str, answers: Iterable[tuple[str, bytes]]) -> bytes:
    """The script that `read` takes apart again."""
    return image.encode() + b"".join(MARK + place.encode() + b"\n" + answer for place, answer in answers)


def reply(answer: bytes) -> Reply | None:
    """An answer taken apart; None for bytes that are none."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    if not status.startswith("HTTP/1.1 "):
        return None
    pairs = tuple((line.partition(":")[0], line.partition(":")[2].strip()) for line in lines)
    return Reply(status, pairs, body)
