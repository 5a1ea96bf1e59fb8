"""A field of a repository is one row: read by its type alone, judged by somebody, and never passed unseen."""

import ast
import functools
import inspect
import json
import typing
from pathlib import Path

import msgspec
import pytest
from facts import configuration, on_paper, remote, settings, target
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.engine.discovery import load
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.artifactory.configuration import ROWS, TOKEN_AS_USERNAME, Configuration, read_fields
from cgrdoctor_checks.facts.artifactory.remotes import Remotes

CHECKS = Path(__file__).parents[2] / "checks" / "cgrdoctor_checks"
READING = {CHECKS / "facts" / "artifactory" / name for name in ("configuration.py", "fields.py")}
FIELD_CHECKS = [check for check in load().checks if check.id.startswith("fields.")]

# An answer as 7.161 gives it to an admin for a Docker remote of the guide (public capture)
REMOTE = {
    "key": "cgr", "rclass": "remote", "packageType": "docker", "url": "https://cgr.dev/", "username": "", "password": "",
    "includesPattern": "**/*", "excludesPattern": "", "dockerProjectId": "", "disableProxy": False, "hardFail": False,
    "offline": False, "blackedOut": False, "storeArtifactsLocally": True, "socketTimeoutMillis": 15000,
    "localAddress": "", "retrievalCachePeriodSecs": 21600, "assumedOfflinePeriodSecs": 300,
    "missedRetrievalCachePeriodSecs": 1800, "metadataRetrievalTimeoutSecs": 60, "allowAnyHostAuth": False,
    "enableTokenAuthentication": True, "blockMismatchingMimeTypes": True, "bypassHeadRequests": False,
    "disableUrlNormalization": False, "contentSynchronisation": {"enabled": False}, "passThrough": False,
    "curated": False, "customHttpHeaders": [], "downloadRedirect": False, "cdnRedirect": False,
    "priorityResolution": False,
}  # fmt: skip
VIRTUAL = {
    "key": "virt", "rclass": "virtual", "packageType": "docker", "includesPattern": "**/*", "excludesPattern": "",
    "dockerProjectId": "", "repositories": ["docker-local", "cgr"], "resolveDockerTagsByTimestamp": False,
    "artifactoryRequestsCanRetrieveRemoteArtifacts": False,
}  # fmt: skip


def read(answer, **fields):
    return Configuration(**read_fields("cgr", json.loads(json.dumps({**answer, **fields}))))


@functools.cache
def words_of(path):
    """Attributes that a module reads, and texts in it: a check may name a field either way."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@functools.cache
def used():
    return set().union(*(words_of(path) for path in CHECKS.rglob("*.py") if path not in READING))


@pytest.mark.parametrize("name", ROWS)
def test_what_is_read_is_judged(name):
    assert name in used(), f"{name} is read and judged by nobody: judge it, or do not read it"


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says_what_there_is_to_know(name):
    field = ROWS[name].field

    assert field.means
    assert not field.omitted or field.default is not None, "what is left out where it is empty has a default"


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if {*row.field.names} & {*REMOTE, *VIRTUAL}])
def test_each_field_of_a_capture_is_read(name):
    known = [getattr(read(answer), name) for answer in (REMOTE, VIRTUAL)]

    assert any(value is not None for value in known)


def test_a_field_that_is_left_out_while_it_is_empty_is_known_to_an_admin_only():
    admin, user = read(REMOTE), read({name: REMOTE[name] for name in ("key", "rclass", "packageType", "url")})

    assert (admin.proxy, admin.mime_override_list, admin.query_params) == ("", "", False)
    assert (user.proxy, user.mime_override_list, user.query_params, user.view) == (None, None, None, "partial")


def of_type(kind):
    return [name for name, row in ROWS.items() if kind in typing.get_args(row.type) and row.field.keep is None]


SWITCHES, TEXTS = of_type(bool), of_type(str)
NUMBERS = [name for name, row in ROWS.items() if isinstance(row.field.default, int) and name not in SWITCHES]


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_on_or_off_or_unknown(name):
    field = ROWS[name].field
    values = {repr(raw): getattr(read(REMOTE, **{field.name: raw}), name) for raw in (1, 0, 1.5, [], {}, "", "maybe")}

    assert set(values.values()) == {None}, values
    assert getattr(read(REMOTE, **{field.name: "false"}), name) is False
    assert getattr(read(REMOTE, **{field.name: "True"}), name) is True


@pytest.mark.parametrize("name", [name for name in NUMBERS if ROWS[name].field.keep is None])
def test_a_number_is_one_that_artifactory_can_hold(name):
    field = ROWS[name].field
    wrong = (True, -1, 1.5, 10**30, [], {}, "", "soon", "-1")
    values = {repr(raw): getattr(read(REMOTE, **{field.name: raw}), name) for raw in wrong}

    assert set(values.values()) == {None}, values
    assert (getattr(read(REMOTE, **{field.name: 7}), name), getattr(read(REMOTE, **{field.name: "7"}), name)) == (7, 7)


@pytest.mark.parametrize("name", [*TEXTS, "username", "password_set"])
def test_a_text_is_a_text(name):
    field = ROWS[name].field

    assert {getattr(read(REMOTE, **{field.name: raw}), name) for raw in (1, True, 1.5)} == {None}


def test_members_are_names():
    assert read(VIRTUAL).repositories == ("docker-local", "cgr")
    assert read(VIRTUAL, repositories=["cgr", 7]).repositories is None
    assert read(VIRTUAL, repositories="cgr").repositories is None
    assert len(read(VIRTUAL, repositories=[f"r{n}" for n in range(10_000)]).repositories) < 1000


def test_an_older_name_counts_where_todays_is_not_there():
    assert read({}, failedRetrievalCachePeriodSecs=5).missed_retrieval_cache_period == 5
    assert (
        read({}, failedRetrievalCachePeriodSecs=5, missedRetrievalCachePeriodSecs=6).missed_retrieval_cache_period == 6
    )
    assert read({"type": "REMOTE"}).repository_class == "remote"


SECRETS = {
    "username": "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2lzc3Vlci5lbmZvcmNlLmRldiJ9.c2lnbmF0dXJl",
    "password": "AM.geheim",
    "queryParams": "token=geheim",
    "customHttpHeaders": [{"name": "X-Api-Key", "value": "geheim"}],
    "contentSynchronisation": {"enabled": True},
}


def test_no_secret_of_a_configuration_is_kept():
    made = read(REMOTE, **SECRETS)

    assert (made.username, made.password_set) == (TOKEN_AS_USERNAME, True)
    assert (made.query_params, made.custom_http_headers, made.smart_remote) == (True, True, True)
    assert "geheim" not in str(made)
    assert SECRETS["username"][:20] not in str(made)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = sorted({one for row in ROWS.values() for one in row.field.names})


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_whatever_is_answered_fits_a_report(answer):
    made = read(answer)

    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(made)), Configuration) == made


# What is unknown is never passed


def judged_with(check, name):
    """The check where this one field could not be read, and everything else is as the guide wants it."""
    own = remote(**{name: None})
    seen = Remotes(exchanges=("x2",), remotes=(own,), members=(own,))
    return judged(check.function, target(), settings(own), seen, configuration())


JUDGED = [
    (check, name) for check in FIELD_CHECKS for name in ROWS if name in words_of(Path(inspect.getfile(check.function)))
]


@pytest.mark.parametrize(("check", "name"), JUDGED, ids=[f"{check.id}-{name}" for check, name in JUDGED])
def test_a_field_that_cannot_be_read_is_not_passed(check, name):
    assert judged_with(check, name).status == "skip", f"{check.id} must say that {name} is not shown (must_show)"


@pytest.mark.parametrize("check", FIELD_CHECKS, ids=lambda check: check.id)
def test_a_remote_of_the_guide_passes(check):
    own = remote()
    seen = Remotes(exchanges=("x2",), remotes=(own,), members=(own,))

    assert judged(check.function, target(), settings(own), seen, configuration(), on_paper(own)).status == "pass"


def test_what_is_found_counts_although_another_remote_hides_the_field():
    both = settings(remote("a", token_authentication=None), remote("b", token_authentication=False))
    check = next(check for check in FIELD_CHECKS if check.id == "fields.token-authentication")
    result = judged(check.function, target(), both)

    assert (result.status, [finding.subject for finding in result.findings]) == ("fail", ["b"])
