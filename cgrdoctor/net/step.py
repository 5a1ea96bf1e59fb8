"""One request of a pull and what came back, kept as data, and what is wrong with a 200."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Literal

from msgspec.structs import replace

from cgrdoctor.model import Header, Kind, Struct, Word
from cgrdoctor.net.authorization import Withheld
from cgrdoctor.net.envelope import parse_errors
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.manifest import Descriptor, ManifestUnreadable, digest_of, parse_manifest
from cgrdoctor.net.redirect import REDIRECTS, absolute, without_values
from cgrdoctor.net.transport import Answer
from cgrdoctor.privacy.secret import canonical_host
from cgrdoctor.privacy.truncate import cut

StepName = Literal["ping", "token", "manifest", "platform-manifest", "config", "layer", "tags", "rest"]

FIRST_BYTES = 65536
"""Bytes of one layer that a default run looks at."""

MOST_HEADERS = 50
HEADER = 500
"""Characters of a header's value."""

MOST_HOPS = 6

HEADERS_KEPT = (
    "x-artifactory-origin-remote-path",
    "x-artifactory-filename",
    "x-artifactory-docker-registry",
    "x-artifactory-node-id",
    "x-artifactory-id",
    "x-jfrog-version",
    "docker-content-digest",
    "content-encoding",
    "docker-distribution-api-version",
    "last-modified",
    "date",
    "age",
    "server",
    "via",
    "retry-after",
    "link",
    "www-authenticate",
    "cf-ray",
    "x-goog-iap-generated-response",
)


ENVELOPES = ("oci", "artifactory")
"""Shapes that nothing but an error has, whatever the status says."""


class Step(Struct, frozen=True, kw_only=True):
    """One request of a pull and what came back.

    `shape`, `code`, `message` are those of the error body (`cgrdoctor.net.envelope`); `seconds` is the time to the
    first byte; `digest` is computed over the bytes, `claimed_digest` the registry's header, `expected_digest` what the
    reference or descriptor asked for. `problem` says in words why a 200 is no good answer. `skew` is the peer's clock
    minus ours, in seconds. `authenticated` says whether the request really carried a login, or a token that was issued
    to one; `withheld` why the login at hand was not sent although it was asked for. `led_to` are the addresses that
    redirects named, followed or not, with the names of their parameters alone; `login_form` tells a page that asks for
    a password or hands a sign-in on.
    """

    name: StepName
    host: str
    exchange: Word
    path: str = ""
    status: int | None = None
    failure: Failure | None = None
    content_type: str | None = None
    shape: Kind = ""
    code: str = ""
    message: str = ""
    title: str = ""
    seconds: float = 0.0
    size: int | None = None
    expected_size: int | None = None
    digest: str | None = None
    claimed_digest: str | None = None
    expected_digest: str | None = None
    headers: tuple[Header, ...] = ()
    redirected_to: tuple[str, ...] = ()
    led_to: tuple[str, ...] = ()
    login_form: bool = False
    problem: str | None = None
    authenticated: bool = False
    withheld: Withheld | None = None
    skew: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the step did what a pull needs."""
        return self.failure is None and self.problem is None and self.status is not None and self.status < 300

    def header(self, name: str) -> str | None:
        """The first value of a kept header."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def step_of(name: StepName, answer: Answer) -> Step:
    """The step an answer makes, before its content is looked at."""
    bad = answer.status is not None and answer.status >= 300
    errors = parse_errors(answer.body, answer.content_type) if bad or _is_html(answer) else None
    entry = errors.entries[0] if errors and errors.entries else None
    return Step(
        name=name,
        host=host_of(answer.url),
        path=answer.url.partition("://")[2].partition("/")[2].partition("?")[0],
        exchange=answer.exchange,
        status=answer.status,
        failure=answer.failure,
        content_type=answer.content_type,
        shape=errors.shape if errors else "",
        code=answer.clean(entry.code) if entry else "",
        message=cut(answer.clean(errors.text), 1000) if errors else "",
        title=cut(answer.clean(errors.title or ""), 200) if errors else "",
        seconds=round(answer.first_byte, 4),
        size=answer.size,
        headers=_kept(answer),
        redirected_to=tuple(dict.fromkeys(hop.host for hop in answer.hops if hop.host != host_of(answer.url)))
        + ((host_of(answer.url),) if answer.hops else ()),
        led_to=_led_to(answer, errors.refresh if errors else ""),
        login_form=errors is not None and errors.login_form,
        authenticated=answer.authorized,
        withheld=answer.withheld,
        skew=_skew(answer.date),
    )


def _led_to(answer: Answer, refresh: str) -> tuple[str, ...]:
    """Where redirects led, and where the last answer leads on: by a `Location` nobody followed, by a page's refresh."""
    onward = (answer.header("location") or "") if answer.status in REDIRECTS else refresh
    named = [*(hop.to for hop in answer.hops), absolute(onward, answer.url) if onward else ""]
    told = (cut(answer.clean(without_values(url)), HEADER) for url in named[-MOST_HOPS:] if url)
    return tuple(dict.fromkeys(address for address in told if address))


def _kept(answer: Answer) -> tuple[Header, ...]:
    """Headers that tell something, cut before they are cleaned, and after it."""
    kept = islice(((key, value) for key, value in answer.headers if key.lower() in HEADERS_KEPT), MOST_HEADERS)
    return tuple((key, cut(answer.clean(cut(value, 4 * HEADER)), HEADER)) for key, value in kept)


def _skew(date: datetime | None) -> float | None:
    """Seconds between a peer's clock and ours; a date in another decade is no clock."""
    skew = round((date - datetime.now(UTC)).total_seconds(), 0) if date else None
    return skew if skew is not None and abs(skew) < 10 * 365 * 86400 else None


def _is_html(answer: Answer) -> bool:
    return answer.content_type in ("text/html", "application/xhtml+xml")


def checked_manifest(step: Step, answer: Answer, selector: str, descriptor: Descriptor | None) -> Step:
    if not step.ok:
        return step
    expected = descriptor.digest if descriptor else selector if ":" in selector else None
    algorithm = expected.partition(":")[0] if expected else "sha256"
    digest = digest_of(answer.body, algorithm)
    known = replace(
        step,
        digest=digest,
        claimed_digest=_claimed(answer),
        expected_digest=expected,
        expected_size=descriptor.size if descriptor else None,
    )
    try:
        parse_manifest(answer.body, answer.content_type)
    except ManifestUnreadable as problem:
        errors = parse_errors(answer.body, answer.content_type)
        return replace(
            known,
            problem=f"{problem.kind}: {problem}",
            shape=errors.shape,
            message=cut(answer.clean(errors.text), 1000) if errors.shape in ENVELOPES else "",
            title=cut(answer.clean(errors.title or ""), 200),
            digest=digest,
        )
    if expected is not None and digest != expected:
        return replace(known, problem=f"the bytes are {digest}, not {expected}")
    return known


def announced(step: Step, answer: Answer) -> Step:
    """What HEAD announces: the digest as `claimed_digest`, Content-Length as `size`, None where there is none."""
    length = answer.header("content-length") or ""
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
    return replace(step, claimed_digest=_claimed(answer), size=size)


def _claimed(answer: Answer) -> str | None:
    value = answer.header("docker-content-digest")
    return cut(answer.clean(cut(value, 4 * HEADER)), 200) if value is not None else None


def checked_blob(step: Step, answer: Answer, descriptor: Descriptor, *, partial: bool) -> Step:
    """The step with what is wrong with its bytes; an error in an envelope is one, whatever the status says."""
    found = _compared(step, answer, descriptor, partial=partial)
    if found.problem is None or answer.body.lstrip()[:1] != b"{":
        return found
    errors = parse_errors(answer.body, answer.content_type)
    if errors.shape not in ENVELOPES:
        return found
    code = answer.clean(errors.entries[0].code) if errors.entries else ""
    return replace(found, shape=errors.shape, code=code, message=cut(answer.clean(errors.text), 1000))


def _compared(step: Step, answer: Answer, descriptor: Descriptor, *, partial: bool) -> Step:
    known = replace(step, expected_digest=descriptor.digest, expected_size=descriptor.size)
    if not step.ok:
        return known
    if _is_html(answer):
        return replace(known, problem="a web page")
    came = answer.encoded or (0, "")
    if came == (descriptor.size, descriptor.digest):
        return replace(known, size=came[0], digest=came[1])
    if partial:
        begins = (answer.header("content-range") or "bytes 0-").replace(" ", "").startswith("bytes0-")
        if max(answer.size, came[0]) >= FIRST_BYTES and begins:
            return known
        return replace(known, problem=f"{answer.size} bytes instead of the first {FIRST_BYTES}")
    if answer.size != descriptor.size:
        return replace(known, problem=f"{answer.size} bytes instead of {descriptor.size}", digest=answer.digest)
    if answer.digest is not None and answer.digest != descriptor.digest:
        return replace(known, problem=f"the bytes are {answer.digest}, not {descriptor.digest}", digest=answer.digest)
    return replace(known, digest=answer.digest)


def no_request(name: StepName, host: str, exchange: str, problem: str, withheld: Withheld | None = None) -> Step:
    return Step(name=name, host=host, exchange=exchange, problem=problem, withheld=withheld)


def host_of(url: str) -> str:
    return canonical_host(url.partition("://")[2].partition("/")[0].partition("?")[0])
