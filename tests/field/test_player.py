"""The player of cases does what tests/field/README.md says, to the letter."""

import json
import ssl
from contextlib import contextmanager
from types import SimpleNamespace

import httpx
import pytest
from h2.exceptions import ProtocolError

from benchmarks.field import judge as judging
from benchmarks.field.__main__ import main
from benchmarks.field.case import KEPT, CaseProblem, load, read
from benchmarks.field.form import Expect
from benchmarks.field.judge import STANDS_FOR, Said, judge
from benchmarks.field.play import command, environment
from cgrdoctor.engine.discovery import load as load_codes
from cgrdoctor.lab import running, script
from cgrdoctor.lab.world import PullToken

MANIFEST = "/v2/cgr-private/acme.com/python/manifests/3.12"
CONFIGURATION = "/artifactory/api/repositories/cgr-private"
PING = "/artifactory/api/system/ping"
SIGNATURE = {"x-jfrog-version", "x-artifactory-id", "x-artifactory-node-id"}


@pytest.fixture
def written(tmp_path):
    """Writes a case and reads it back."""

    def write(given=None, expect=None, **more):
        file = tmp_path / "case.json"
        file.write_text(json.dumps({"name": "case", "given": given or {}, "expect": expect or {"codes": []}, **more}))
        return read(file)

    return write


class Asking:
    """Asks the servers of a world as a client, or as its Artifactory's egress would."""

    def __init__(self, lab, **options):
        self.lab = lab
        self.options = {"verify": ssl.create_default_context(cafile=str(lab.cacert)), "trust_env": False, **options}

    def __call__(self, path, host="acme.jfrog.io", method="GET", auth=None, **headers):
        """By a connection of its own, whose handshake names the host."""
        login = {} if auth is None else {"Authorization": f"{auth} x"}
        with httpx.Client(**self.options) as client:
            return client.request(
                method,
                f"https://127.0.0.1:{self.lab.ports['acme.jfrog.io']}{path}",
                headers={"Host": host, **login, **headers},
                extensions={"sni_hostname": host},
            )

    def as_admin(self, path, **more):
        return self(path, Authorization=f"Bearer {self.lab.environment['CGRDOCTOR_ARTIFACTORY_TOKEN']}", **more)

    def pull(self, **more):
        """The manifest through Artifactory, with a token."""
        login = (self.lab.environment["CGRDOCTOR_REGISTRY_USER"], self.lab.environment["CGRDOCTOR_REGISTRY_PASSWORD"])
        basic = httpx.BasicAuth(*login)._auth_header
        token = self("/v2/token?service=acme.jfrog.io", Authorization=basic).json()["token"]
        return self(MANIFEST, Authorization=f"Bearer {token}", **more)


@contextmanager
def asking(case, **options):
    with running(case.world) as lab:
        yield Asking(lab, **options)


def answered(written, path=PING, **answer):
    """What a plain request for the path gets, if a case has this answer."""
    with asking(written({"answers": [answer]})) as ask:
        return ask(path)


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


# Which requests an answer is for


def test_an_answer_replaces_what_the_world_says(written):
    got = answered(written, path=PING, status=503, headers=[["X-A", "1"], ["X-A", "2"]], body="down")

    assert (got.status_code, got.text, got.headers.get_list("x-a")) == (503, "down", ["1", "2"])
    assert "content-type" not in got.headers
    assert "server" not in got.headers


def test_the_path_is_matched_whole_and_without_the_query(written):
    case = written(
        {"answers": [{"path": "/artifactory/api/system/pin", "status": 500}, {"path": "/a/.*b", "status": 418}]}
    )

    with asking(case) as ask:
        assert ask(PING).status_code == 200
        assert ask("/a/xb?c=/d").status_code == 418
        assert ask("/a/xbc").status_code == 404


def test_hosts_are_globs_and_the_usual_one_is_artifactory(written):
    case = written(
        {"answers": [{"status": 418}, {"host": "*.s3.example", "status": 419}, {"host": "CGR.dev", "status": 420}]}
    )

    with asking(case) as ask:
        assert ask("/").status_code == 418
        assert ask("/", host="a.s3.example").status_code == 419
        assert ask("/token", host="cgr.dev").status_code == 420
        assert ask("/", host="s3.example").status_code == 404


def test_methods_and_logins_choose(written):
    answers = [
        {"method": "HEAD", "status": 405},
        {"auth": "none", "status": 411},
        {"auth": "basic", "status": 412},
        {"auth": "bearer", "status": 413},
    ]
    with asking(written({"answers": answers})) as ask:
        assert ask(PING, method="HEAD").status_code == 405
        assert [ask(PING, auth=auth).status_code for auth in (None, "Basic", "bearer")] == [411, 412, 413]
        assert ask(PING, auth="Digest").status_code == 200


def test_nth_counts_the_requests_that_match(written):
    answers = [
        {"path": PING, "nth": [1, 3], "status": 501},
        {"path": PING, "nth": [2], "status": 502},
        {"path": "/other", "nth": 1, "status": 503},
    ]
    with asking(written({"answers": answers})) as ask:
        assert ask("/unmatched").status_code == 404
        assert [ask(PING).status_code for _ in range(4)] == [501, 502, 501, 200]
        assert [ask("/other").status_code for _ in range(2)] == [503, 404]


@pytest.mark.parametrize(
    ("who", "through", "direct"), [("artifactory", 404, 401), ("client", 200, 403), (None, 404, 403)]
)
def test_from_is_who_asks(written, who, through, direct):
    answer = {"host": "cgr.dev", "path": "/v2/.*", "status": 403, "body": "denied"}
    case = written({"answers": [answer if who is None else {**answer, "from": who}]})

    with asking(case) as ask:
        assert ask.pull().status_code == through
        assert ask("/v2/", host="cgr.dev").status_code == direct


# What an answer is


def test_artifactorys_answers_are_signed_unless_they_are_not(written):
    assert set(answered(written, status=500).headers) >= SIGNATURE
    assert not SIGNATURE & set(answered(written, status=500, unsigned=True).headers)
    assert not SIGNATURE & set(answered(written, edit={"status": 500}, unsigned=True).headers)
    own = answered(written, status=500, headers=[["X-Artifactory-Id", "6e92"]])
    assert own.headers.get_list("x-artifactory-id") == ["6e92"]


def test_only_artifactorys_hosts_sign(written):
    given = {
        "world": {"image": "pulls.corp.example/cgr-private/acme.com/python:3.12"},
        "answers": [{"host": "*", "status": 500}],
    }
    with asking(written(given)) as ask:
        assert set(ask("/", host="pulls.corp.example").headers) >= SIGNATURE
        assert set(ask("/", host="cgr-private.acme.jfrog.io").headers) >= SIGNATURE
        assert not SIGNATURE & set(ask("/", host="cgr.dev").headers)


def test_the_path_that_was_asked_for_can_be_led_on(written):
    got = answered(written, status=302, headers=[["Location", "https://b.example/x{path}"]])

    assert got.headers["location"] == f"https://b.example/x{PING}"


def test_a_body_may_be_json(written):
    assert answered(written, body={"a": [1]}).json() == {"a": [1]}
    assert answered(written, body="").status_code == 200


def test_a_delay_comes_first(written, monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(script, "asyncio", SimpleNamespace(sleep=sleep))
    assert answered(written, delay=2.5).text == "OK"
    assert answered(written, delay=3, status=504).status_code == 504
    assert slept == [2.5, 3]


def test_the_world_answers_what_no_answer_is_for(written):
    with asking(written({"answers": [{"host": "nobody.example", "status": 500}]})) as ask:
        assert ask.pull().status_code == 200


# Edits of the world's own answer


def edited(written, path, **edit):
    """An administrator's own answer, edited."""
    with asking(written({"answers": [{"path": path, "edit": edit}]})) as ask:
        return ask.as_admin(path)


def test_an_edit_of_nothing_changes_nothing(written):
    got = edited(written, CONFIGURATION, merge={}, remove=[])

    assert (got.status_code, got.json()["url"]) == (200, "https://cgr.dev/")
    assert set(got.headers) >= SIGNATURE


def test_members_are_merged_and_removed(written):
    got = edited(written, CONFIGURATION, merge={"url": None, "new": {"a": 1}}, remove=["includesPattern", "absent"])

    assert got.json()["url"] is None
    assert got.json()["new"] == {"a": 1}
    assert "includesPattern" not in got.json()
    assert got.json()["packageType"] == "docker"
    assert int(got.headers["content-length"]) == len(got.content)


def test_what_is_nested_is_merged_too(written):
    got = edited(written, "/router/api/v1/system/health", merge={"router": {"state": "UNHEALTHY"}})

    assert got.json()["router"] == {"node_id": "node-1", "state": "UNHEALTHY", "message": "OK"}


def test_what_is_no_object_has_no_members(written):
    assert edited(written, PING, merge={"a": 1}, remove=["b"]).text == "OK"


@pytest.mark.parametrize("pairs", [[["O", "Hell"], ["K", "o"]], {"O": "Hell", "K": "o"}, ["OK", "Hello"]])
def test_texts_are_replaced(written, pairs):
    assert edited(written, PING, replace=pairs).text == "Hello"


def test_status_and_headers_are_replaced(written):
    got = edited(
        written, PING, status=207, headers=[["Content-Type", "a/b"], ["Via", "1.1 x"]], drop=["X-JFROG-Version"]
    )

    assert (got.status_code, got.text) == (207, "OK")
    assert got.headers.get_list("content-type") == ["a/b"]
    assert got.headers["via"] == "1.1 x"
    assert got.headers.get_list("x-artifactory-id")


def test_a_header_that_is_dropped_is_gone(written):
    with asking(written({"answers": [{"path": MANIFEST, "edit": {"drop": ["Docker-Content-Digest"]}}]})) as ask:
        got = ask.pull()

    assert got.status_code == 200
    assert "docker-content-digest" not in got.headers


def test_a_body_is_cut_with_its_length_or_without(written):
    assert edited(written, CONFIGURATION, truncate=10).headers["content-length"] == "10"
    with pytest.raises(httpx.RemoteProtocolError, match="received 10 bytes"):
        edited(written, CONFIGURATION, truncate=10, keep_length=True)


def test_a_body_is_cut_by_http2_too(written):
    case = written({"answers": [{"path": PING, "edit": {"truncate": 1, "keep_length": True}}]})

    with asking(case, http2=True) as ask, pytest.raises(ProtocolError, match="Expected 2 bytes, received 1"):
        ask(PING)


def test_head_says_what_get_would_send(written):
    edit = {"replace": [["manifests", "manifests-and-more"]], "headers": [["X-A", "b"]]}
    with asking(written({"answers": [{"path": MANIFEST, "edit": edit}]})) as ask:
        got, head = ask.pull(), ask.pull(method="HEAD")

    assert (head.status_code, head.content, head.headers["x-a"]) == (200, b"", "b")
    assert head.headers["content-length"] == str(len(got.content))
    assert b"manifests-and-more" in got.content


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


# The judgement


def said(*entries, status="faulty", exit_status=1, checks=(), text=""):
    report = {"status": status, "diagnosis": list(entries), "checks": [{"id": "a.b", "status": one} for one in checks]}
    return Said(report, exit_status, text, 0.1)


def entry(code, confidence="likely", leg="artifactory", severity="fail", **more):
    return {"code": code, "confidence": confidence, "leg": leg, "severity": severity, **more}


HEALTHY = said(status="healthy", exit_status=0, checks=("pass", "warn"))
WARNING = said(entry("a", severity="warn"), status="warning", exit_status=0, checks=("warn",))


@pytest.mark.parametrize(
    ("expect", "seen", "right"),
    [
        (Expect(codes=["a", "b"]), said(entry("b"), entry("c")), True),
        (Expect(codes=["a"]), said(entry("b"), entry("a")), False),
        (Expect(codes=["a"]), HEALTHY, False),
        (Expect(codes=["upstream-failed"]), said(entry("upstream-edge-refused")), True),
        (Expect(codes=["upstream-edge-refused"]), said(entry("upstream-failed")), False),
        (Expect(codes=[]), HEALTHY, True),
        (Expect(codes=[]), WARNING, True),
        (Expect(codes=[]), said(entry("a")), False),
        (Expect(codes=[]), said(status="incomplete", exit_status=3), False),
        (Expect(codes=[]), said(status="faulty", exit_status=0, checks=("fail",)), False),
        (Expect(codes=["a"], not_codes=["a"]), said(entry("a")), False),
        (Expect(codes=["a"], not_codes=["b"]), said(entry("a"), entry("b")), True),
        (Expect(codes=["a"], leg="cache"), said(entry("a")), False),
        (Expect(codes=["a"], leg="artifactory"), said(entry("a")), True),
        (Expect(codes=["a"], not_certain=True), said(entry("a", "certain")), False),
        (Expect(codes=["a"], not_certain=True), said(entry("a", "possible")), True),
        (Expect(codes=["a"], severity="fail"), said(entry("a", severity="warn")), False),
        (Expect(codes=[]), Said(None, 2, "", 0.1), False),
    ],
)
def test_what_is_right(expect, seen, right):
    assert judge(expect, seen).right == right


def test_wrong_and_certain_and_falsely_healthy_are_counted():
    certain = judge(Expect(codes=["a"]), said(entry("b", "certain")))
    healthy = judge(Expect(codes=["a"]), HEALTHY)

    assert (certain.certain, certain.healthy) == (True, False)
    assert (healthy.certain, healthy.healthy) == (False, True)
    assert not judge(Expect(codes=["b"]), said(entry("b", "certain"))).certain
    assert not judge(Expect(codes=[]), HEALTHY).healthy


def test_wants_are_looked_for_in_their_places(written, monkeypatch):
    remedy = {"summary": "mend it", "steps": ["Log in"], "commands": [{"command": "docker login"}]}
    seen = said(
        entry("a", summary="Cgr.dev\n serves it", remedy=remedy, rivals=[{"code": "b"}]),
        text="a TIMEOUT of\nthe gateway",
    )
    met = {
        "first": ["cgr.dev serves"],
        "remedy": ["LOG IN", "docker login"],
        "rivals": ["b"],
        "anywhere": ["timeout of the"],
    }
    unmet = {"first": ["login"], "remedy": ["serves"], "rivals": ["c"], "anywhere": ["mend"], "not_first": ["CGR.DEV"]}

    assert judge(written(expect={"codes": ["a"], "wants": met}).expect, seen).unmet == ()
    missed = judge(written(expect={"codes": ["a"], "wants": unmet}).expect, seen)
    assert len(missed.unmet) == 5
    assert missed.right
    monkeypatch.setattr(judging, "WANTS_COUNT", True)
    assert not missed.right


def test_codes_stand_for_codes_that_there_are():
    known = set(load_codes().codes)

    assert sorted({wider for codes in STANDS_FOR.values() for wider in codes} - known) == []


def test_the_installed_command_is_judged(tmp_path, capsys):
    source = json.loads((KEPT / "fs-05-v2-404-router.json").read_text())
    (tmp_path / "a.json").write_text(json.dumps({**source, "name": "as-it-is"}))
    (tmp_path / "b.json").write_text(json.dumps({**source, "name": "other", "expect": {"codes": ["cache-stale"]}}))

    assert main([str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--keep", str(tmp_path / "kept")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:5] == ["as-it-is", "right", "docker-api-not-routed", "artifactory", "certain"]
    assert lines[1].split()[:2] == ["other", "WRONG"]
    assert lines[-1] == "1 of 2 right, 1 wrong and certain, 0 false healthy"
    assert "docker-api-not-routed" in (tmp_path / "kept" / "as-it-is.txt").read_text()
    assert json.loads((tmp_path / "kept" / "as-it-is.json").read_text())["status"] == "faulty"
