"""Chainguard's other hosts get no packet unless they are asked for, and stop no pull."""

import pytest

from cgrdoctor.config.settings import Settings
from cgrdoctor.lab.listening import refusing
from cgrdoctor.net.connect_to import ConnectTo
from cgrdoctor.net.transport import Http, HttpOptions
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.testing import judged, probed
from cgrdoctor_checks.facts.network.other_hosts import OTHERS, asked_for, other_host_paths
from cgrdoctor_checks.network.other_hosts import other_hosts


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def looked(**settings):
    """The probe with every host mapped to a port on which nobody listens."""
    recorder = Recorder(Redaction())
    with refusing() as closed:
        everything = (ConnectTo("", None, "127.0.0.1", closed),)
        async with Http(HttpOptions(timeout=2, connect_to=everything), recorder) as http:
            services = {Http: http, Recorder: recorder, Settings: Settings(**settings)}
            outcome = await probed(other_host_paths, services=services)
    return outcome, recorder


@pytest.mark.anyio
@pytest.mark.parametrize("settings", [{}, {"only": ("pull.*",)}, {"only": ("network.*",), "no_direct": True}])
async def test_without_being_asked_for_nothing_is_sent(settings):
    outcome, recorder = await looked(**settings)

    assert outcome.status == "not-needed"
    assert recorder.exchanges() == ()


@pytest.mark.anyio
async def test_on_request_each_is_looked_at_and_remarked_upon():
    outcome, recorder = await looked(only=("network.*",))
    result = judged(other_hosts, outcome.fact)

    assert outcome.status == "observed"
    assert [path.host for path in outcome.fact.paths] == [host.name for host in OTHERS]
    assert {exchange.kind for exchange in recorder.exchanges()} == {"tcp"}
    assert recorder.requests == {}
    assert {finding.severity for finding in result.findings} == {"info"}
    assert {finding.leg for finding in result.findings} == {"client-to-upstream"}
    assert len(result.findings) == len(OTHERS)


@pytest.mark.parametrize(("only", "wanted"), [((), False), (("network.other-hosts",), True), (("network.*",), True)])
def test_what_counts_as_asking(only, wanted):
    assert asked_for(only) is wanted
