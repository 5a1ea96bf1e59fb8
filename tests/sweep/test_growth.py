"""What a sweep keeps in memory does not grow with the references that it has asked for."""

import gc
import tracemalloc

from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.sweep.model import Line, Seen
from cgrdoctor.sweep.roster import Home, roster
from cgrdoctor.sweep.tally import Tally


def kept(work):
    """Bytes that are still held when `work` has come back, by its result or by what it was done to."""
    gc.collect()
    tracemalloc.start()
    try:
        held = work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0], held
    finally:
        tracemalloc.stop()


def test_what_a_branch_learnt_goes_with_it():
    base = Redaction()
    base.learn("a-password-of-some-length", "credential")

    def learn(branches):
        for branch in range(branches):
            one = base.branch()
            for token in range(4):
                one.learn(f"{branch:08d}{token}" + "abcDEF0123456789+/xyz" * 4, "token")

    learn(2)
    few, _ = kept(lambda: learn(2))
    many, _ = kept(lambda: learn(8))
    assert many < few + 20_000


def test_a_tally_keeps_counts():
    def count(lines):
        tally = Tally()
        for number in range(lines):
            seen = Seen(status=404, problem="HTTP 404")
            tally.add(Line(image=f"acme.jfrog.io/cgr/acme.com/i{number}:1", direct=seen, verdict="missing", code="x"))
        return tally

    few, _ = kept(lambda: count(100))
    many, tally = kept(lambda: count(5000))
    assert many < 2 * few
    assert len(tally.worst) == 10
    assert tally.causes[0].count == 5000


def test_a_roster_keeps_a_text_a_reference():
    def read(count):
        return roster((f"acme.jfrog.io/cgr/acme.com/image-{n}:1.0" for n in range(count)), Home("acme.jfrog.io", "cgr"))

    size, found = kept(lambda: read(5000))
    assert len(found) == 5000
    assert size < 5000 * 300
