"""A case is what tests/field/README.md says, and nothing else: what it does not name is refused."""

import httpx
import pytest
from asking import asking

from benchmarks.field.__main__ import main
from benchmarks.field.case import CaseProblem, load
from benchmarks.field.play import command, environment
from cgrdoctor.lab import running
from cgrdoctor.lab.world import PullToken

# The form


@pytest.mark.parametrize(
    ("case", "key"),
    [
        ({"titel": "x"}, "titel"),
        ({"given": {"worlds": {}}}, "worlds"),
        ({"given": {"answers": [{"stauts": 200}]}}, "stauts"),
        ({"given": {"answers": [{"edit": {"truncated": 3}}]}}, "truncated"),
        ({"given": {"world": {"calller": "user"}}}, "calller"),
        ({"given": {"world": {"answers": []}}}, "answers"),
        ({"given": {"world": {"chainguard": {"outages": True}}}}, "outages"),
        ({"given": {"world": {"artifactory": {"versoin": "7"}}}}, "versoin"),
        ({"given": {"world": {"credential": {"organisation": "x"}}}}, "organisation"),
        ({"given": {"world": {"chainguard": {"images": [{"path": "a/b", "tag": "x"}]}}}}, "tag"),
        ({"given": {"world": {"repositories": {"cgr-virt": {"member": []}}}}}, "member"),
        ({"given": {"world": {"cached": {"cgr-private": [{"path": "a/b", "old": 1}]}}}}, "old"),
        ({"expect": {"codes": [], "legs": "x"}}, "legs"),
        ({"expect": {"codes": [], "wants": {"second": []}}}, "second"),
    ],
)
def test_an_unknown_key_is_refused_and_named_with_its_file(written, case, key):
    with pytest.raises(CaseProblem, match=rf"case\.json: .*`{key}`"):
        written(**case)


def test_notes_are_no_unknown_keys(written):
    notes = {"observed": {"a": 1}, "held_back": True}

    assert written({"answers": [notes], **notes}, {"codes": [], **notes}, **notes).name == "case"


@pytest.mark.parametrize(
    "given",
    [
        {"base": "no-such-world"},
        {"world": {"caller": "root"}},
        {"world": {"wire": {"cgr.dev": "asleep"}}},
        {"world": {"latency": "1"}},
        {"world": {"image": 7}},
        {"world": {"fields": {"no-such-key": {"url": "x"}}}},
        {"world": {"chainguard": {"images": [["a/b", ["1"], [], 1, "more"]]}}},
        {"world": {"chainguard": {"images": [{"tags": ["1"]}]}}},
        {"answers": [{"path": "("}]},
        {"answers": [{"auth": "digest"}]},
        {"answers": [{"from": "browser"}]},
        {"answers": [{"nth": [0]}]},
        {"answers": [{"delay": -1}]},
        {"answers": [{"status": 404, "edit": {"status": 500}}]},
        {"answers": [{"edit": {"replace": ["old", "new", "more"]}}]},
        {"answers": [{"headers": [["Con tent", "x"]]}]},
        {"answers": [{"edit": {"headers": [["X-A", "b\r\nX-C: d"]]}}]},
        {"options": "--download"},
        {"env": {"A": 1}},
    ],
)
def test_what_cannot_be_played_is_refused(written, given):
    with pytest.raises(CaseProblem, match=r"case\.json: .* - at `\$"):
        written(given)


def test_nothing_is_played_if_a_file_is_no_case(tmp_path, capsys):
    (tmp_path / "a.json").write_text('{"name": "a", "expect": {"codes": [], "kodes": []}}')

    assert main([str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{tmp_path / 'a.json'}" in err
    assert "kodes" in err


def test_a_folder_without_cases_is_refused(tmp_path):
    with pytest.raises(CaseProblem, match="json"):
        load([tmp_path])


# The world


def test_a_world_is_changed_by_the_names_of_the_lab(written):
    world = written(
        {
            "base": "healthy-6",
            "world": {
                "caller": "user",
                "credential": None,
                "latency": 0,
                "wire": {"cgr.dev": "silent"},
                "artifactory": {
                    "hide_existence": True,
                    "texts": {"token": "no"},
                    "users": [["bob", "p", "t", False, []]],
                },
                "chainguard": {"images": [["acme.com/java", ["21"]]], "catalog": ["acme.com/java"]},
                "fields": {"cgr-private": {"url": "https://a.example/"}},
                "cached": {"cgr-private": [{"path": "acme.com/java", "tag": "21", "age": 600}]},
            },
        }
    ).world

    private = world.artifactory.repository("cgr-private")
    assert (world.caller, world.credential, world.wire) == ("user", None, {"cgr.dev": "silent"})
    assert world.artifactory.version.startswith("6.")
    assert world.artifactory.hide_existence
    assert [(user.name, user.reads) for user in world.artifactory.users] == [("alice", None), ("bob", ())]
    assert world.chainguard.images[-1].tags == ("21",)
    assert [image.path for image in world.chainguard.images].count("acme.com/python") == 1
    assert private.configuration()["url"] == "https://a.example/"
    assert private.cached[0].age == 600


def test_parts_of_a_world_keep_what_is_not_named(written):
    world = written(
        {"world": {"credential": {"expires_in": -5}, "chainguard": {"images": [["acme.com/python", ["4"]]]}}}
    ).world

    assert world.credential == PullToken("acme.com", expires_in=-5)
    assert [image.tags for image in world.chainguard.images if image.path == "acme.com/python"] == [("4",)]


@pytest.mark.parametrize("given", ["other.org", ["other.org"], {"organization": "other.org"}])
def test_an_object_is_written_in_three_ways(written, given):
    assert written(
        {"base": "docker-credentials-missing", "world": {"credential": given}}
    ).world.credential == PullToken("other.org")


@pytest.mark.parametrize("form", ["object", "list"])
def test_repositories_are_changed_added_and_taken_away(written, form):
    more = {"rclass": "remote", "fields": {"url": "https://registry-1.docker.io/"}}
    given = {"cgr-virt": {"members": ["hub"]}, "hub": more, "helm-remote": None}
    if form == "list":
        given = [{"key": "cgr-virt", "rclass": "virtual", "members": ["hub"]}, {"key": "hub", **more}]
    state = written(
        {"world": {"repositories": given, "cached": {"hub": [{"path": "library/alpine"}]}}}
    ).world.artifactory

    assert (state.repository("cgr-virt").rclass, state.repository("cgr-virt").members) == ("virtual", ("hub",))
    assert state.repository("hub").configuration()["url"] == "https://registry-1.docker.io/"
    assert state.repository("hub").cached[0].tag == "latest"
    assert (state.repository("helm-remote") is None) == (form == "object")
    assert state.repository("cgr-private") is not None


def test_the_certificate_is_good_for_every_host_of_a_case(written):
    given = {
        "options": ["--connect-to", "mapped.example:443:127.0.0.1:{port}"],
        "answers": [
            {"host": "*.glob.example"},
            {"host": "literal.example"},
            {"status": 302, "headers": [["Location", "https://user@led.example:8443/x"]]},
            {"edit": {"merge": {"url": "https://merged.example/"}}},
        ],
    }
    with asking(written(given)) as ask:
        for name in ("mapped", "a.glob", "literal", "led", "merged"):
            ask("/", host=f"{name}.example")
        with pytest.raises(httpx.ConnectError, match=r"not valid for 'another\.example'"):
            ask("/", host="another.example")


def test_artifactory_reaches_the_hosts_that_answer(written):
    fields = {"cgr-private": {"url": "https://mirror.corp.example/"}}
    answer = {
        "host": "mirror.corp.example",
        "status": 200,
        "headers": [["Content-Type", "text/html"]],
        "body": "<html>",
    }

    with asking(written({"world": {"fields": fields}, "answers": [answer]})) as ask:
        assert "Mismatching mime types" in ask.pull().text
    with asking(written({"world": {"fields": fields}, "answers": [{**answer, "from": "client"}]})) as ask:
        assert "UnknownHostException" in ask.pull().text


def test_the_command_is_called_as_a_user_would(written, tmp_path):
    case = written(
        {
            "options": ["--connect-to", "a.example:443:127.0.0.1:{port}"],
            "env": {"CGRDOCTOR_ARTIFACTORY_TOKEN": None, "A": "b"},
        }
    )

    with running(case.world) as lab:
        words = command(case, lab, tmp_path / "r.json")
        made = environment(case, lab, tmp_path)
    assert words[0] == lab.image
    assert f"a.example:443:127.0.0.1:{lab.ports['acme.jfrog.io']}" in words
    assert "CGRDOCTOR_ARTIFACTORY_TOKEN" in lab.environment
    assert "CGRDOCTOR_ARTIFACTORY_TOKEN" not in made
    assert (made["A"], made["HOME"]) == ("b", str(tmp_path))
    assert made["CGRDOCTOR_REGISTRY_USER"] == lab.environment["CGRDOCTOR_REGISTRY_USER"]
