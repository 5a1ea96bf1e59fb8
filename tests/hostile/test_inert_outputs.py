"""Hostile text at every place where a peer, a helper or a file can put one, followed into everything that is printed."""

from __future__ import annotations

import json
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import trustme
from anything import NASTY
from canned import canned
from client import ABSENT, Recording, recorded
from echoes import ECHOES
from front import Plan
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from places import HOST, Home, packed
from runs import WHOLE, prepared, ran, sampled
from test_inert import ACTIVE, Page
from test_secrets import everything

from cgrdoctor.lab import healthy

TEXTS = [text for text in NASTY if 3 < len(text) < 400]


@pytest.fixture(scope="module", name="honest")
def _honest(nursery, authority) -> Recording:
    return recorded(nursery, authority, healthy())


class Scrawl:
    """Answers with nasty texts in them, and a machine whose files hold them too."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._honest = self._chance.randint(0, 10)

    def text(self) -> str:
        return " ".join(self._chance.choices(TEXTS, k=3))

    def answer(self, honest: Recording, number: int, host: str, target: str) -> bytes:
        reply = honest.replies.get((host, target), ABSENT)
        if number < self._honest or number % 3 == 0:
            return reply.bytes()
        return ECHOES[self._chance.choice([*ECHOES])](reply, self.text().replace("\0", ""))

    def furnish(self, home: Home) -> None:
        user = self.text().replace(":", "").replace("\0", "")
        near = {f"{HOST}:{number}{self.text()}": {"auth": packed(user, "password")} for number in range(2)}
        home.docker = {"auths": {HOST: {"auth": packed(user, "a-password")}, **near}, "currentContext": self.text()}
        home.environ = {"CGRDOCTOR_CHAINGUARD_USER": user, "CGRDOCTOR_CHAINGUARD_PASSWORD": "another-password"}
        home.jf = [{"url": self.text(), "user": self.text()}]
        home.netrc = f"machine {HOST} login {self.text()}"


def inert(text: str) -> None:
    """Nothing in a text steers a terminal, a browser or a renderer."""
    assert ACTIVE.findall(text) == []
    if text.startswith("<!"):
        page = Page()
        page.feed(text)
        assert page.strange == []
    elif text.startswith("## "):
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
        inner = [child for token in tokens for child in (token.children or ())]
        assert {token.type for token in (*tokens, *inner)} & {
            "html_block",
            "html_inline",
            "link_open",
            "image",
        } == set()


@settings(max_examples=25 if WHOLE else 1, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 2**32))
def test_what_any_peer_writes_is_inert_in_every_output(honest, seed):
    case = Scrawl(seed)
    number, kinds = iter(range(10**6)), set()
    with TemporaryDirectory(prefix="inert-") as name:
        home = Home(Path(name))
        case.furnish(home)
        environ = home.settled()
        with canned(lambda host, target: case.answer(honest, next(number), host, target)):
            for text in everything(home, environ, honest.image):
                inert(text)
                kinds.add(text[:5])
    assert {"<!DOC", "## cg"} <= kinds


@pytest.mark.parametrize("text", sampled(TEXTS, len(TEXTS) // 2 + 1))
def test_what_a_certificate_says_is_inert(nursery, text):
    names = text.replace("\0", "").encode("utf-8", "replace").decode()[:60] or "x"
    authority = trustme.CA(organization_name=names, organization_unit_name=names)
    with prepared(authority, Plan()) as setup:
        done = ran(nursery, setup, "-v", "-o", str(setup.folder / "report.html"), "-o", str(setup.folder / "report.md"))
        written = [(setup.folder / f"report.{suffix}").read_text() for suffix in ("html", "md")]

    for shown in (done.stdout, done.stderr, *written):
        inert(shown)
    issuers = [fact["value"] for name, fact in done.report["facts"].items() if name == "artifactory-path"]
    assert "issuer" in json.dumps(issuers)
