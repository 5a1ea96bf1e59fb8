"""What a ticket holds is read within bounds, or refused in one line that quotes nothing of it and says what is read."""

import json
import time

import pytest
from tickets import BLOCK, CANARY, IDENTITY, INFO, KEY, PLAN, STATE, VIRTUAL, as_json, rest

from cgrdoctor.given.ticket import ticket_of
from cgrdoctor.kubernetes.documents import LIMIT, UnusableDocument
from cgrdoctor_checks.facts.docker.settings import read_settings
from cgrdoctor_checks.facts.ticket.repositories import GivenRepositories, papers_of


def read(content):
    """What the checks get of one file."""
    ticket = ticket_of(content if isinstance(content, bytes) else content.encode(), "ticket")
    assert CANARY not in repr(ticket)
    return GivenRepositories(papers=papers_of(ticket))


def only(content):
    (paper,) = read(content).papers
    assert CANARY not in repr(paper)
    return paper.configuration


# The forms


def test_rest_as_an_admin_reads_it():
    found = only(as_json(rest(enableTokenAuthentication=False)))

    assert (found.key, found.view, found.repository_class, found.package_type) == (KEY, "full", "remote", "docker")
    assert (found.token_authentication, found.username, found.password_set) == (False, IDENTITY, True)
    assert found.given == "ticket"


def test_what_an_ordinary_user_reads_tells_no_more():
    found = only(as_json({"key": KEY, "type": "REMOTE", "packageType": "Docker", "url": "https://cgr.dev/"}))

    assert (found.view, found.url, found.token_authentication) == ("partial", "https://cgr.dev/", None)


@pytest.mark.parametrize(
    "content",
    [
        as_json(rest(), rest(key="other")),
        as_json(rest()) + b"\r\n" + as_json(rest(key="other")),
        json.dumps({"REMOTE": [rest(), rest(key="other")], "LOCAL": []}).encode(),
        json.dumps({"answers": {"one": rest(), "two": [rest(key="other")]}}).encode(),
    ],
    ids=["list", "one behind the other", "configurations by class", "somebody's own bundle"],
)
def test_several_are_told_apart_by_their_keys(content):
    assert read(content).keys == (KEY, "other")


@pytest.mark.parametrize(
    "around",
    [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}",
        "$ curl -sS https://acme.jfrog.io/artifactory/api/repositories/cgr-private\n{}\n$ ",
        "Hello,\n\n```json\n{}\n```\n\nthat is all we have\n",
    ],
    ids=["headers", "command", "fence"],
)
def test_json_is_read_where_it_was_pasted(around):
    assert only(around.format(as_json(rest()).decode())).key == KEY


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("Hi,\n\n```hcl\n", "```\nThanks (really\n"),
        ("{code:hcl}\n", "{code}\n"),
        ("[ours] see below :(\n", ':( and "so\n'),
        ('It says "no and\n', "(\n"),
    ],
    ids=["fence", "Jira", "brackets", "quotes"],
)
def test_a_block_is_read_where_it_was_pasted(before, behind):
    found = only(before + BLOCK.lstrip() + behind)

    assert (found.key, found.username) == (KEY, IDENTITY)


@pytest.mark.parametrize("content", [as_json(rest()).decode(), BLOCK, INFO], ids=["REST", "Terraform", "docker info"])
@pytest.mark.parametrize(
    "through",
    [
        lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
        lambda text: text.replace("\n", "\x1b[0m\n\x1b[1;32m"),
        lambda text: text.replace("\n  ", "\n\xa0\xa0"),
        lambda text: f"[sudo] password for alice:\n{text}",
    ],
    ids=["mail", "colours", "hard blanks", "sudo"],
)
def test_what_a_terminal_and_a_mail_do_to_a_text_does_not_matter(content, through):
    ticket, plain = ticket_of(through(content).encode(), "ticket"), ticket_of(content.encode(), "ticket")

    assert [one.fields["key"] for one in ticket.repositories] == [one.fields["key"] for one in plain.repositories]
    assert (ticket.engine or {}).get("RegistryConfig") == (plain.engine or {}).get("RegistryConfig")


def test_a_template_has_its_values_as_texts():
    found = only(as_json(rest(enableTokenAuthentication="false", retrievalCachePeriodSecs="7200")))

    assert (found.token_authentication, found.retrieval_cache_period) == (False, 7200)


def test_a_block_has_the_providers_defaults_for_what_it_does_not_name():
    found = only(BLOCK)

    assert (found.key, found.url, found.username) == (KEY, "https://cgr.dev/", IDENTITY)
    assert (found.token_authentication, found.block_mismatching_mime_types, found.password_set) == (False, True, True)
    assert (found.offline, found.includes_pattern, found.smart_remote) == (False, "**/*", False)


def test_of_a_plan_only_what_stands_there_is_known():
    found = only(PLAN)

    assert (found.key, found.offline, found.token_authentication) == (KEY, True, None)
    assert (found.url, found.username, found.password_set, found.block_mismatching_mime_types) == (None,) * 4


def test_a_state_is_read_as_json_and_as_text():
    shown = "\n".join(
        ["# artifactory_remote_docker_repository.cgr:", 'resource "artifactory_remote_docker_repository" "cgr" {',
         f'    key = "{KEY}"', '    url = "https://cgr.dev/v2/"', "    password = (sensitive value)",
         f'    username = "{IDENTITY}"', "    enable_token_authentication = true", "    project_id = null", "}"]
    )  # fmt: skip
    file = {"version": 4, "resources": [{
        "type": "artifactory_remote_docker_repository", "name": "cgr",
        "instances": [{"attributes": STATE["values"]["root_module"]["child_modules"][0]["resources"][0]["values"]}],
    }]}  # fmt: skip

    for content in (json.dumps(STATE), json.dumps(file), shown):
        found = only(content)
        assert (found.key, found.url, found.token_authentication) == (KEY, "https://cgr.dev/v2/", True)
        assert (found.username, found.password_set, found.project_id) == (IDENTITY, True, "")


def test_terraforms_own_json_is_read():
    fields = {"key": KEY, "url": "${var.url}", "enable_token_authentication": True}
    found = only(json.dumps({"resource": {"artifactory_remote_docker_repository": {"cgr": fields}}}))

    assert (found.key, found.url, found.token_authentication, found.username) == (KEY, None, True, "")


FIELDS = {"key": KEY, "url": "https://cgr.dev/", "enable_token_authentication": True}


@pytest.mark.parametrize(
    "resource",
    [
        {"artifactory_remote_docker_repository": [{"cgr": FIELDS}]},
        [{"artifactory_remote_docker_repository": {"cgr": FIELDS}}],
        [{"artifactory_remote_docker_repository": [{"cgr": [FIELDS]}]}],
        {"artifactory_remote_docker_repository": {"cgr": [FIELDS]}},
    ],
    ids=["names", "kinds", "everything", "bodies"],
)
def test_a_list_may_stand_for_each_mapping_of_terraforms_json(resource):
    found = only(json.dumps({"resource": resource}))

    assert (found.key, found.url, found.token_authentication) == (KEY, "https://cgr.dev/", True)


def test_of_a_plan_in_json_what_there_is_counts_before_what_is_to_be():
    def module(**fields):
        return {"root_module": {"resources": [{"type": "artifactory_remote_docker_repository", "values": {"key": KEY, **fields}}]}}  # fmt: skip

    to_be = module(enable_token_authentication=True, url="https://cgr.dev/", username=IDENTITY)
    there = {"values": module(enable_token_authentication=False)}

    assert only(json.dumps({"planned_values": to_be, "prior_state": there})).token_authentication is False
    assert only(json.dumps({"planned_values": to_be, "prior_state": None})).token_authentication is True


def test_of_a_patch_what_it_changes_is_not_known():
    patch = BLOCK.replace("\n  url ", '\n-  url = "https://cgr.dev/v2"\n+  url ', 1)

    assert (only(patch).key, only(patch).url, only(patch).username) == (KEY, None, IDENTITY)


def test_an_answer_that_refused_is_said_to_be_one_behind_its_headers():
    with pytest.raises(UnusableDocument, match="an error in place of a repository"):
        read('HTTP/1.1 403 Forbidden\r\n\r\n{\n  "errors" : [ { "status" : 403, "message" : "x" } ]\n}\n')


def test_a_plan_that_hides_the_key_tells_it_by_the_identity():
    changed = PLAN.replace("        key                         =", "        id                          =")

    assert (only(changed).key, only(changed).token_authentication) == (KEY, None)


def test_a_virtual_has_its_members_in_order():
    found = only(VIRTUAL)

    assert (found.key, found.repository_class, found.repositories) == ("cgr", "virtual", ("docker-local", KEY))


def test_what_is_computed_is_unknown_and_never_a_default():
    found = only(
        'resource "artifactory_remote_docker_repository" "x" {\n key = var.key\n url = "https://${var.host}/"\n'
        ' username = "${lookup(var.ids, "a}b")}"\n enable_token_authentication = local.on ? true : false\n'
        ' password_wo = data.vault_kv_secret_v2.token.data["password"]\n}\n'
    )

    assert (found.key, found.url, found.username, found.token_authentication) == ("", None, None, None)
    assert found.password_set is True


def test_one_that_does_not_tell_its_key_counts_for_the_key_that_is_asked():
    block = 'resource "artifactory_remote_docker_repository" "x" {\n key = var.key\n}\n'

    assert read(block).find("cgr-public").configuration.key == "cgr-public"
    assert read(block + BLOCK).find("cgr-public") is None


@pytest.mark.parametrize("mask", ["***", "REDACTED", "<removed>", "xxxxx", "aaaa…bbbb", "[hidden]", "abc.../def"])
def test_what_was_blotted_out_is_unknown(mask):
    found = only(as_json(rest(username=mask, password=mask)))

    assert (found.username, found.password_set) == (None, True)


def test_an_access_token_in_the_place_of_the_user_name_is_not_kept():
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    ticket = ticket_of(as_json(rest(username=token)), "ticket")

    assert token not in repr(papers_of(ticket))


def test_docker_info_as_text_is_read_as_the_engines_answer():
    ticket = ticket_of(INFO.encode(), "info.txt")
    found = read_settings(ticket.engine, "x1", on_a_socket=False)

    assert (ticket.engine["ServerVersion"], ticket.engine["Architecture"]) == ("24.0.7", "aarch64")
    assert (found.name, found.rootless, found.proxy_login) == ("build-7", True, True)
    assert (found.https_proxy, found.http_proxy) == ("http://proxy.acme.example:3128",) * 2
    assert (found.insecure_hosts, found.insecure_networks) == (("registry.acme.example:5000",), ("127.0.0.0/8",))


def test_docker_info_as_json_is_taken_as_it_is():
    told = {"ID": "a", "ServerVersion": "27.3.1", "OSType": "linux", "HttpsProxy": "http://p:1", "ClientInfo": {}}

    assert ticket_of(json.dumps(told).encode(), "info.json").engine["HttpsProxy"] == "http://p:1"


@pytest.mark.parametrize("content", [BLOCK, as_json(rest()).decode(), INFO], ids=["terraform", "json", "info"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_and_line_ends_of_windows(content, encoding):
    ticket = ticket_of(content.replace("\n", "\r\n").encode(encoding), "ticket")

    assert ticket.repositories or ticket.engine["ServerVersion"] == "24.0.7"
    for paper in papers_of(ticket):
        assert (paper.configuration.key, paper.configuration.url) == (KEY, "https://cgr.dev/")


# What cannot be used

HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)),
    "large": b"{" + b" " * LIMIT,
    "deep": b"[" * 100_000,
    "deep-within": b'{"a":' * 60 + b"1" + b"}" * 60,
    "elements": b"[" + b"1," * 500_000 + b"1]",
    "half": as_json(rest())[:-20],
    "number": b"12345",
    "prose": f"please help, the password is {CANARY}".encode(),
    "pod": f"kind: Pod\nmetadata:\n  name: {CANARY}\n".encode(),
    "refusal": b'{"errors":[{"status":401,"message":"Bad Credentials"}]}',
    "other-json": json.dumps({"token": CANARY}).encode(),
    "other-resource": f'resource "artifactory_remote_pypi_repository" "x" {{ password = "{CANARY}" }}'.encode(),
    "no-engine": b"Client:\n Version: 24.0.7\n Debug Mode: false\nERROR: Cannot connect to the Docker daemon\n",
    "open-block": f'resource "artifactory_remote_docker_repository" "x" {{\n password = "{CANARY}"\n'.encode(),
    "open-text": f'resource "artifactory_remote_docker_repository" "x" {{\n password = "{CANARY}\n}}\n'.encode(),
    "open-comment": b'resource "artifactory_remote_docker_repository" "x" {\n /* ' + b"* " * 1000,
    "open-document": b'resource "artifactory_remote_docker_repository" "x" {\n a = <<EOT\nEOT2\n',
    "deep-blocks": b'resource "artifactory_remote_docker_repository" "x" {\n' + b"a {\n" * 100_000,
    "deep-lists": b'resource "artifactory_remote_docker_repository" "x" {\n a = ' + b"[" * 100_000,
    "deep-templates": b'resource "x" "x" {\n a = "' + b'${"' * 100_000,
    "many-tokens": b'resource "x" "x" {\n a = [' + b"1," * 600_000,
    "many-quotes": b'resource "x" "x" {\n' + b'"' * 300_001,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_used_is_refused_in_one_line(name):
    started = time.process_time()

    with pytest.raises(UnusableDocument) as refused:
        ticket_of(HOSTILE[name], "ticket")

    said = str(refused.value)
    assert "\n" not in said
    assert CANARY not in said
    assert time.process_time() - started < 10


@pytest.mark.parametrize("name", ["prose", "other-json", "other-resource", "refusal"])
def test_the_line_says_what_is_read(name):
    with pytest.raises(UnusableDocument, match=r"GET /api/repositories/KEY.*Terraform.*docker info"):
        ticket_of(HOSTILE[name], "ticket")


def test_names_given_twice_are_taken_as_others_take_them():
    assert only(b'{"key":"a","rclass":"remote","url":"x","key":"' + KEY.encode() + b'"}').key == KEY


@pytest.mark.parametrize(
    "piece",
    ['a = "${x} {\\"', "/* *", '"', "<<A\n", 'a = "x"\n', "{ ", 'resource "', "\\", "${", " Server Version: 1\n"],
)
def test_reading_takes_time_in_step_with_the_length(piece):
    def seconds(times):
        content = ('resource "artifactory_remote_docker_repository" "x" {\n' + piece * times).encode()
        begun = time.process_time()
        try:
            ticket_of(content, "ticket")
        except UnusableDocument:
            pass
        return time.process_time() - begun

    small, large = min(seconds(4_000) for _ in range(3)), min(seconds(32_000) for _ in range(2))
    assert large < 32 * max(small, 0.005)
