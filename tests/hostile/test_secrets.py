"""Every secret a run can hold, handed back by every peer in every quoting, looked for in everything that comes out."""

from __future__ import annotations

import itertools
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from canaries import ENCODINGS, FORMS, Canary, canary, seen
from canned import Heard, canned
from client import ABSENT, Recording, examine, recorded
from echoes import ECHOES
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from inside import typed
from places import PLACES, Home, Place
from runs import WHOLE, sampled
from sound import shown

from cgrdoctor.lab import healthy

ROLES = ("rest", "registry", "chainguard")
FORMATS = ("json", "md", "html", "xml", "zip")
ODD = (
    "/", "+", "%", '"', "'", "\\", "&", " ", "$(x)", "ä", "€", "\U0001f426", "`", "<b>", "\\n", "%2F", ":", "@", "#", "\x1b", "=", ";", ",",
    "{}", "[]", "|", "?", "~", "!", "*", "\t", "\u202e", "%00", "\\\\", "\\u0041", "&amp;", "${A}", "'\"'", ".",
)  # fmt: skip
"""Characters that somebody quotes, and texts that look quoted."""


class Case:
    """What one example tries: which places hold canaries, and which answers hand which of them back, and how.

    Of the sources of one credential a run uses one; they take turns.
    """

    def __init__(self, seed: int, turn: int, tried: Tried) -> None:
        chance = random.Random(seed)
        self._tried = tried
        sources = ([one for one in PLACES.values() if one.role == role] for role in ROLES)
        used = [those[turn % len(those)] for those in sources]
        idle = [one for one in PLACES.values() if not one.role and chance.random() < 0.5]
        self.places: list[Place] = [*used, *idle]
        self.planted: dict[str, Canary] = {
            place.name: canary(number, "".join(chance.choices(ODD, k=chance.randint(1, 5))), token=place.token)
            for number, place in enumerate(self.places)
        }
        heard = [place.name for place in self.places if place.hosts]
        self.echoes = [
            (chance.choice([*ECHOES]), [(chance.choice(heard), chance.choice([*ENCODINGS])) for _ in range(4)])
            for _ in range(40)
        ]
        self.honest = chance.randint(0, 8)
        self.handed: set[tuple[str, str]] = set()

    def answer(self, honest: Recording, number: int, host: str, target: str, heard: Heard) -> bytes:
        """The answer to the request of that number; those before `honest` are, so that a run gets somewhere."""
        reply = honest.replies.get((host, target), ABSENT)
        if number < self.honest or number % 3 == 0:
            return reply.bytes()
        position, drawn = self.echoes[number % len(self.echoes)]
        told = [(name, encoding) for name, encoding in drawn if self.knows(name, heard)]
        self._tried.update((name, position, encoding) for name, encoding in told)
        self.handed.update((name, host) for name, _ in told)
        return ECHOES[position](
            reply, " ".join(ENCODINGS[encoding](self.planted[name].text) for name, encoding in told)
        )

    def knows(self, name: str, heard: Heard) -> bool:
        """Whether a peer can hand a canary back: what it was sent, or what every process of the user can read."""
        sent = (piece.decode("latin-1") for pieces in heard.by_host.values() for piece in pieces)
        return PLACES[name].open or any(seen([self.planted[name]], text) for text in sent)


BY_DOCKER = {"docker-auth-config"}
"""What is read only where docker is not here, or is of a version that reads it."""

Tried = set[tuple[str, str, str]]
"""Source, place in an answer, encoding."""


@pytest.fixture(scope="module", name="honest")
def _honest(nursery, authority) -> Recording:
    return recorded(nursery, authority, healthy())


def written(folder: Path, planted: set[Path]) -> Iterator[str]:
    """Everything below a folder that the test did not put there, names included."""
    for path in folder.rglob("*"):
        if path in planted or path.is_dir():
            continue
        yield str(path)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as bundle:
                yield from (bundle.read(name).decode("utf-8", "replace") for name in bundle.namelist())
        else:
            yield path.read_bytes().decode("utf-8", "replace")


def everything(home: Home, environ: dict[str, str], image: str) -> Iterator[str]:
    """Whatever a run and the commands that read its report print and write."""
    planted = {path for path in home.folder.rglob("*") if path.is_file()}
    report = home.folder / "report.json"
    outputs = [word for suffix in FORMATS for word in ("-o", str(report.with_suffix(f".{suffix}")))]
    ways = [
        [image, "-v", "--platform", "linux/amd64", "--deadline", "20", *outputs],
        ["report", "show", str(report), "-q"],
        ["report", "show", str(report), "-vv"],
        ["report", "reanalyze", str(report), "-f", "markdown"],
        ["report", "redact", str(report), "-o", str(home.folder / "again.md")],
        ["report", "merge", str(report), str(report)],
        ["report", "diff", str(report), str(report)],
        ["compare", str(report), str(report)],
    ]
    for words in ways:
        done = typed(words, environ)
        assert done.status in (0, 1, 3), (words, done.status, done.stderr)
        yield done.stdout
        yield done.stderr
    yield from written(home.folder, planted)


def strayed(case: Case, heard: Heard) -> list[str]:
    """Canaries that reached a host they are not stored for, and that did not hand them out itself as if they were its own.

    What a peer put into the target of a redirect is its own doing.
    """
    found = []
    for place in case.places:
        for host, pieces in heard.by_host.items():
            if host in place.hosts or (place.name, host) in case.handed:
                continue
            sent = b"\n".join(piece.partition(b"\r\n")[2] for piece in pieces).decode("latin-1")
            found += [f"{place.name} at {host}: {one}" for one in seen([case.planted[place.name]], sent)]
    return found


def test_no_canary_that_goes_in_comes_out(honest):
    """Every source that a peer can hear of, every place in an answer, every quoting; each looked for in every output."""
    tried: Tried = set()
    turns = itertools.count()

    @settings(max_examples=60 if WHOLE else 2, phases=(Phase.explicit, Phase.generate))
    @given(seed=st.integers(0, 2**32))
    def none_comes_out(seed):
        case = Case(seed, next(turns), tried)
        number = iter(range(10**6))
        with TemporaryDirectory(prefix="secrets-") as name:
            home = Home(Path(name))
            for place in case.places:
                place.plant(home, case.planted[place.name])
            environ = home.settled()
            heard = Heard()
            with canned(lambda host, target: case.answer(honest, next(number), host, target, heard), heard):
                for text in everything(home, environ, honest.image):
                    assert seen(case.planted.values(), text) == []
        assert strayed(case, heard) == []

    none_comes_out()
    assert tried
    if WHOLE:
        assert len(tried) >= 900
        due = {place.name for place in PLACES.values() if place.hosts}
        assert {name for name, _, _ in tried} | BY_DOCKER == due
        assert {position for _, position, _ in tried} == {*ECHOES}
        assert {encoding for _, _, encoding in tried} == {*ENCODINGS}


class Foreign:
    """Answers with secrets of a peer's own in them: the password of the remote, somebody's token, a presigned URL."""

    def __init__(self, seed: int, tried: set[str]) -> None:
        self._chance = random.Random(seed)
        self._tried = tried
        self._honest = self._chance.randint(0, 8)
        self.planted: list[Canary] = []

    def answer(self, honest: Recording, number: int, host: str, target: str) -> bytes:
        reply = honest.replies.get((host, target), ABSENT)
        if number < self._honest or number % 3 == 0:
            return reply.bytes()
        one = canary(100 + number, "-")
        self.planted.append(one)
        position, form = self._chance.choice([*ECHOES]), self._chance.choice([*FORMS])
        if form == "assignment" and not position.startswith(("header", "body e")):
            form = "json-field"  # what stands before a sign of equality is a name in an error's words only
        self._tried.add(form)
        return ECHOES[position](reply, FORMS[form](one.text))


@pytest.mark.parametrize("position", sampled([position for position in ECHOES if position.startswith("header ")], 4))
def test_no_header_passes_a_secret_of_a_peer_on(honest, position):
    for form in ("assignment", "bearer", "query-token"):
        planted = canary(7, "-")
        answers = in_every_answer(honest, ECHOES[position], FORMS[form](planted.text))

        report, _ = examine(honest.image, answers)

        assert seen([planted], shown(report)) == []


def in_every_answer(honest, echo, text):
    return lambda host, target: echo(honest.replies.get((host, target), ABSENT), text)


def test_no_secret_of_a_peer_is_passed_on(honest):
    tried: set[str] = set()

    @settings(max_examples=40 if WHOLE else 1, phases=(Phase.explicit, Phase.generate))
    @given(seed=st.integers(0, 2**32))
    def none_is_passed_on(seed):
        case = Foreign(seed, tried)
        number = iter(range(10**6))
        with TemporaryDirectory(prefix="secrets-") as name:
            home = Home(Path(name))
            environ = home.settled()
            with canned(lambda host, target: case.answer(honest, next(number), host, target)):
                for text in everything(home, environ, honest.image):
                    assert seen(case.planted, text) == []

    none_is_passed_on()
    assert tried == {*FORMS} if WHOLE else tried
