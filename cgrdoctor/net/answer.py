"""What came back for a request: status, headers, body, or the failure in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

from cgrdoctor.model import Header
from cgrdoctor.net.authorization import Withheld
from cgrdoctor.net.failure import Failure
from cgrdoctor.privacy.truncate import cut

LONGEST_TYPE = 1000
"""Characters of a Content-Type that are read."""


class Hop(msgspec.Struct, frozen=True):
    """A redirect that was followed: the host that sent it, its status, its exchange, and where it leads."""

    host: str
    status: int
    exchange: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer of a request, after the redirects in `hops`.

    `exchange` is its id in the report, `url` where it came from (redacted), `size` the body's bytes as read, `digest`
    `sha256:...` over them if the body was read to its end. Of a compressed body that is the content; `encoded` are size
    and digest of what came. `first_byte` is the time from the request being sent to the complete headers, `seconds` the
    whole; both in seconds. `via` is the proxy's host and port. `authorized` says whether the last request really
    carried the credential it was asked with; if not, `withheld` says why. Headers and body are as they came; whatever
    of them is kept goes through `clean` first, which takes secrets out.
    """

    exchange: str
    url: str
    status: int | None = None
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    size: int = 0
    failure: Failure | None = None
    first_byte: float = 0.0
    seconds: float = 0.0
    http_version: str | None = None
    address: str | None = None
    via: str | None = None
    hops: tuple[Hop, ...] = ()
    digest: str | None = None
    encoded: tuple[int, str] | None = None
    authorized: bool = False
    withheld: Withheld | None = None
    clean: Callable[[str], str] = field(default=str, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, one for each line, never joined."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    @property
    def content_type(self) -> str | None:
        """The media type in lower case without parameters. Cleaned first: Base64 is not known in lower case."""
        value = self.header("content-type")
        return self.clean(cut(value, LONGEST_TYPE)).partition(";")[0].strip().lower() or None if value else None

    @property
    def exchanges(self) -> tuple[str, ...]:
        """The ids of the redirects and of this answer."""
        return (*(hop.exchange for hop in self.hops), self.exchange)

    @property
    def date(self) -> datetime | None:
        """The peer's clock in UTC, as its `Date` header says."""
        return parse_date(self.header("date"))


def parse_date(value: str | None) -> datetime | None:
    """An HTTP date as an aware datetime in UTC; None for anything else."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value[:64])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
