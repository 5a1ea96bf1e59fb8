"""Packages with checks are found by walking and by entry point; a bad one is reported and harms nothing."""

import importlib
import sys
import textwrap

import pytest

from cgrdoctor.engine import discovery
from cgrdoctor.engine.discovery import load

GOOD = '''
    from collections.abc import Iterator
    from cgrdoctor import Code, Fact, Finding, check, probe, warn

    QUOTA = Code(name="acme/quota-low", title="Quota low", leg="artifactory", owner="developer", meaning="m", fix="f")

    class Quota(Fact, frozen=True, kw_only=True):
        left: int = 0

    @probe()
    async def quota() -> Quota:
        return Quota(left=1)

    @check("acme/pull.quota", title="There is quota left", codes=[QUOTA])
    def enough(quota: Quota) -> Iterator[Finding]:
        """Yields a warning when little is left."""
        yield warn(QUOTA, f"{quota.left} left", subject="quota")
'''
BAD_IMPORT = "raise RuntimeError('no licence')"
NO_PREFIX = GOOD.replace("acme/", "")
CLASHING = """
    from cgrdoctor import Fact, probe
    from cgrdoctor_checks.facts.reference.target import Target

    @probe()
    async def another() -> Target:
        raise AssertionError
"""


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """Installs a package with one module behind an entry point and gives the catalogue."""

    def install(source):
        package = tmp_path / "acme_checks"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "quota.py").write_text(textwrap.dedent(source))
        info = tmp_path / "acme-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[cgrdoctor.checks]\nacme = acme_checks\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()
        return load()

    yield install
    for name in [name for name in sys.modules if name.startswith("acme_checks")]:
        del sys.modules[name]


def test_built_in_modules_all_load():
    assert load().problems == ()


def test_a_package_with_one_file_and_an_entry_point_is_picked_up(third_party):
    found = third_party(GOOD)

    assert "acme/pull.quota" in [check.id for check in found.checks]
    assert "acme/quota-low" in found.codes
    assert found.problems == ()


@pytest.mark.parametrize(
    ("source", "words"),
    [(BAD_IMPORT, "no licence"), (NO_PREFIX, "begin with 'acme/'"), (CLASHING, "already declared by")],
)
def test_a_bad_package_is_reported_and_harms_nothing(third_party, source, words):
    before = [check.id for check in load().checks]
    found = third_party(source)

    assert [check.id for check in found.checks] == before
    assert len(found.problems) == 1
    assert words in found.problems[0].message
    assert found.problems[0].distribution == "acme"


def test_everything_is_sorted():
    found = load()

    assert [check.id for check in found.checks] == sorted(check.id for check in found.checks)
    assert list(found.codes) == sorted(found.codes)
    assert discovery.BUILT_IN == "cgrdoctor_checks"
