"""What was brought of a failing Pod: which image it waits for, what its pull secrets are worth to the kubelet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from cgrdoctor.kubernetes.described import events_in
from cgrdoctor.kubernetes.documents import UnusableDocument, documents_alone, objects, text_of
from cgrdoctor.kubernetes.matching import in_order, key_of, serves
from cgrdoctor.kubernetes.mistakes import what_it_is
from cgrdoctor.kubernetes.pod import (
    NONE_FOUND,
    Container,
    Event,
    Pod,
    ServiceAccount,
    account_of,
    event_of,
    pod_of,
    template_of,
)
from cgrdoctor.kubernetes.secret import Entry, PullSecret, opened, secret_of
from cgrdoctor.privacy.jwt_claims import claims, expiry

HUBS = ("index.docker.io", "docker.io", "registry-1.docker.io")
CHAINGUARD = "cgr.dev"
STOPPING = ("double-base64", "no-json", "entry-broken")
"""Troubles of one secret over which the kubelet gives up the pull, whatever the others hold."""

MOST = 200
"""Secrets that are read; those of a namespace are fewer."""

DIGEST = re.compile(r"@sha(?:256|512):[0-9a-f]{32,128}\Z")

KIND = re.compile(r"[A-Za-z]{1,60}")


@dataclass(frozen=True, slots=True)
class Papers:
    """The objects that were given."""

    pods: tuple[Pod, ...] = ()
    accounts: tuple[ServiceAccount, ...] = ()
    events: tuple[Event, ...] = ()
    secrets: tuple[PullSecret, ...] = ()

    def __add__(self, other: Papers) -> Papers:
        return Papers(
            self.pods + other.pods,
            self.accounts + other.accounts,
            self.events + other.events,
            self.secrets + other.secrets,
        )

    @property
    def of_pods(self) -> bool:
        """Whether a Pod, or words of the kubelet, were given."""
        return bool(self.pods or self.events)


def papers_of(content: bytes) -> Papers:
    """What one file, or standard input, holds. Raises UnusableDocument."""
    text = text_of(content)
    try:
        return _papers(text)
    except UnusableDocument:
        alone = documents_alone(text)
        if not alone:
            raise
        with suppress(UnusableDocument):
            return _papers(alone)
        raise


def _papers(text: str) -> Papers:
    said = () if text.lstrip().startswith("{") else tuple(events_in(text)) if not KNOWN.search(text) else ()
    if said:
        return Papers(events=said)
    found, others, templates = Papers(), dict[str, None](), list[Pod]()
    try:
        values = objects(text)
    except UnusableDocument as problem:
        raise UnusableDocument(f"{problem}{what_it_is(text, ())}") from None
    for value in values:
        kind = value.get("kind")
        match kind:
            case "Pod":
                found += Papers(pods=(pod_of(value),))
            case "Secret":
                found += Papers(secrets=(secret_of(value),))
            case "ServiceAccount":
                found += Papers(accounts=(account_of(value),))
            case "Event":
                found += Papers(events=(event_of(value),))
            case _ if (template := template_of(value)) is not None:
                templates.append(template)
            case _:
                others[kind if isinstance(kind, str) and KIND.fullmatch(kind) else ""] = None
    if not found.pods:
        found += Papers(pods=tuple(templates))
    if len(found.secrets) > MOST:
        raise UnusableDocument(f"holds {len(found.secrets)} Secrets; give at most {MOST}, those that the Pod names")
    if found == Papers():
        raise UnusableDocument(
            f"holds {_named(tuple(others))}, neither Pod nor Secret{what_it_is(text, tuple(others))}"
        )
    return found


KNOWN = re.compile(r"^[ \t]{0,8}(?:- )?\"?(?:kind|apiVersion)\"?:", re.MULTILINE)
"""A line that only a document has."""


def _named(kinds: Sequence[str]) -> str:
    names = [kind for kind in kinds if kind]
    return f"kind {', '.join(names[:3])}" if names else "no object of Kubernetes (it has no kind)"


@dataclass(frozen=True, slots=True)
class Choice:
    """The image that is pulled, of which Pod and container, and what the kubelet said of it."""

    image: str
    pod: Pod | None = None
    container: Container | None = None
    events: tuple[Event, ...] = ()


def choose(papers: Papers, wanted: str = "") -> Choice:
    """`wanted` if given, else the image that is waited for, else the one there is. Raises UnusableDocument."""
    places = [(pod, one) for pod in papers.pods for one in pod.containers if one.image]
    spoken = [event for event in papers.events if event.image]
    said = {event.image for event in spoken if event.fails} or {event.image for event in spoken}
    if wanted:
        fitting = [(pod, one) for pod, one in places if one.image == wanted]
        return _chosen(papers, wanted, fitting or [(pod, None) for pod in papers.pods])
    waiting = [place for place in places if place[1].waits] or [place for place in places if place[1].stuck]
    told = [(pod, one) for pod, one in places if one.image in said]
    for candidates in (waiting, told, places):
        images = dict.fromkeys(one.image for _, one in candidates)
        if len(images) == 1:
            return _chosen(papers, next(iter(images)), candidates)
        if len(images) > 1:
            raise UnusableDocument(_several(tuple(images), " that wait" if candidates is not places else ""))
    if len(said) != 1:
        raise UnusableDocument(_several(tuple(sorted(said)), "") if said else "names no image")
    return _chosen(papers, next(iter(said)), [])


def _several(images: Sequence[str], which: str) -> str:
    listed = ", ".join(_printable(one) for one in images[:5]) + (", ..." if len(images) > 5 else "")
    return f"has {len(images)} images{which}: give one of them as IMAGE: {listed}"


def _printable(image: str) -> str:
    """An image fit for a message, without the user information that somebody may have put before an @."""
    digest = DIGEST.search(image)
    name = image[: digest.start()] if digest else image
    return re.sub(r"[^A-Za-z0-9./:_@-]", "?", name.rpartition("@")[2] + (digest[0] if digest else ""))[:120]


def _chosen(papers: Papers, image: str, places: Sequence[tuple[Pod, Container | None]]) -> Choice:
    waiting = [place for place in places if place[1] is not None and place[1].waits]
    pod, container = next(iter([*waiting, *places]), (None, None))
    events = tuple(
        event
        for event in papers.events
        if (event.image in ("", image))
        and (pod is None or not pod.name or event.pod in ("", pod.name))
        and (pod is None or not (event.namespace and pod.namespace) or event.namespace == pod.namespace)
    )
    return Choice(image, pod, container, events)


@dataclass(frozen=True, slots=True)
class Offer:
    """A pull secret and what is wrong with it for the image, in a word; `key` is the nearest key's host and path."""

    name: str
    namespace: str = ""
    trouble: str = ""
    key: str = ""

    @property
    def full_name(self) -> str:
        """Namespace and name."""
        return _full(self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class Login:
    """A login that the kubelet tries, and whose secret it is from."""

    secret: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Offers:
    """The secrets of the Pod, or all that were given where there is no Pod; and the logins in the kubelet's order.

    The kubelet goes on after a refusal, so that those which are sure to be refused stand at the end.
    """

    secrets: tuple[Offer, ...] = ()
    logins: tuple[Login, ...] = ()
    heard: tuple[str, ...] = field(default=(), repr=False)


def offers(papers: Papers, choice: Choice, repository: str, now: datetime) -> Offers:
    """What the secrets are worth for `repository` (`host/path`). Only those that the Pod names are opened."""
    names, namespace = _asked(papers, choice)
    if not papers.pods:
        # Of the kubelet's words alone it is known which it did not find; of the rest, what was given.
        names = tuple(dict.fromkeys((*(one.name for one in papers.secrets), *_told_absent(choice))))
    found = [_given(papers.secrets, name, namespace, choice) for name in names]
    pairs = [(entry.key, (secret, entry)) for secret in found for entry in secret.entries]
    tried = [(secret, entry) for secret, entry in in_order(pairs, repository)]
    usable = sorted((one for one in tried if not one[1].empty), key=lambda one: bool(_blemish(one[1], now)))
    logins = tuple(Login(_full(secret.namespace, secret.name), entry) for secret, entry in usable)
    judged = tuple(
        _judged(secret, [one for whose, one in tried if whose is secret], repository, now) for secret in found
    )
    return Offers(judged, logins, tuple(text for secret in found for text in secret.heard))


def _asked(papers: Papers, choice: Choice) -> tuple[tuple[str, ...], str]:
    """The names of the secrets and the namespace they must be in. A service account's count where the Pod has none."""
    pod = choice.pod
    if pod is None:
        return (), next((event.namespace for event in choice.events if event.namespace), "")
    accounts = [
        one
        for one in papers.accounts
        if one.name == (pod.service_account or "default") and one.namespace in ("", pod.namespace)
    ]
    return pod.secrets or next((one.secrets for one in accounts), ()), pod.namespace


def _given(secrets: Iterable[PullSecret], name: str, namespace: str, choice: Choice) -> PullSecret:
    named = [one for one in secrets if one.name == name]
    for secret in named:
        if not namespace or secret.namespace in ("", namespace):
            return opened(secret)
    if named:
        return PullSecret(name, named[0].namespace, named[0].kind, trouble="other-namespace")
    return PullSecret(name, namespace, "", trouble="absent" if name in _told_absent(choice) else "not-given")


def _told_absent(choice: Choice) -> tuple[str, ...]:
    """The secrets that the kubelet says it did not find."""
    said = [ABSENT.search(event.words) for event in choice.events if event.reason == NONE_FOUND]
    return tuple(dict.fromkeys(name for one in said if one for name in re.findall(r"[a-z0-9][a-z0-9.-]*", one[1])))


ABSENT = re.compile(r"image pull secrets \(([^()]{1,1000})\)")
"""In the event in which the kubelet says which secrets are not there."""


def _full(namespace: str, name: str) -> str:
    return f"{namespace}/{name}" if namespace else name


def _judged(secret: PullSecret, matching: Sequence[Entry], repository: str, now: datetime) -> Offer:
    trouble, key = secret.trouble, ""
    if not trouble and matching:
        trouble = _blemish(matching[0], now)
    elif not trouble:
        trouble, key = _nearest([one.key for one in secret.entries], repository)
    return Offer(secret.name, secret.namespace, trouble, key)


def _blemish(entry: Entry, now: datetime) -> str:
    if entry.masked:
        return "masked"
    if entry.empty:
        return "no-login"
    if "\0" in entry.username:
        return "utf-16"
    if entry.password.endswith(("\n", "\r")) or entry.username.endswith(("\n", "\r")):
        return "line-break"
    ends = expiry(claims(entry.password) or {})
    return "expired" if ends is not None and ends <= now else ""


def _nearest(keys: Sequence[str], repository: str) -> tuple[str, str]:
    """Why no key serves the repository, by the key that comes nearest."""
    host = repository.partition("/")[0]
    ranked = sorted(_difference(stored, host) for stored in keys)
    if not ranked:
        return "no-entries", ""
    _, trouble, key = ranked[0]
    return trouble, key


def _difference(stored: str, host: str) -> tuple[int, str, str]:
    """The smaller the number, the nearer."""
    key = key_of(stored)
    if not key:
        return 5, "no-key", ""
    other, _, path = key.partition("/")
    shown = re.sub(r"[^A-Za-z0-9./:*?\[\]_-]", "?", key)[:200]
    if other == host and path:
        return 0, "path", shown
    if other.lower() == host.lower():
        return 1, "case", shown
    if _without_port(other) == _without_port(host) or serves(_without_port(other), f"{_without_port(host)}/x"):
        return 2, "other-port", shown
    if other == CHAINGUARD or other.endswith(f".{CHAINGUARD}"):
        return 3, "chainguard-only", shown
    return (4, "hub-only", shown) if other in HUBS else (3, "other-host", shown)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything of the papers that counts for the repository of IMAGE, `host/path`."""

    papers: Papers = field(repr=False)
    choice: Choice
    repository: str

    def remarks(self) -> tuple[str, ...]:
        """A line each, of less than 72 columns, on what a pull cannot show."""
        never = self.choice.container is not None and self.choice.container.pull_policy == "Never"
        return ("imagePullPolicy of the Pod is Never: the kubelet asks no registry",) if never else ()

    def offers(self, now: datetime) -> Offers:
        """What the secrets are worth at this moment."""
        return offers(self.papers, self.choice, self.repository, now)
