"""Every dead way upstream behind a copy in the cache, through both kinds of repository, by both kinds of caller."""

import pytest
from cached import DEAD, PLACES, STILL, accepted, dead, shows
from examine import examine
from runs import WHOLE

EVERY = [(name, place) for name in DEAD for place in PLACES if shows(name, place)]


@pytest.mark.skipif(not WHOLE, reason="a sample of it is in tests/lab")
@pytest.mark.parametrize(
    ("name", "place"), EVERY, ids=lambda value: value if isinstance(value, str) else "-".join(value)
)
def test_none_of_them_is_healthy(name, place):
    seen = examine(dead(name, place))

    assert (seen.report["status"], seen.status) == ("faulty", 1)
    assert seen.codes[0] in accepted(name, place), seen.report["summary"]
    assert STILL in seen.report["diagnosis"][0]["summary"]
