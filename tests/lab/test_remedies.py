"""What a person is told to do: by what this run saw, with the name of what is broken, and nothing that is right already.

A rule looks at the first entry of a world's diagnosis and says what is wrong with it. `make test` looks at some worlds,
`make worlds` at all.
"""

import json
import os
import re

import pytest
from examine import examine

from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS
from cgrdoctor.lab.world import healthy
from cgrdoctor.net.hosts import is_jfrog_cloud
from cgrdoctor_checks.facts.artifactory.configuration import ROWS
from cgrdoctor_checks.remedies.fresh_remote import STILL_FAILING, TEST_KEY, UMBRELLAS

EVERY = 1 if os.environ.get("CGRDOCTOR_WORLDS") == "whole" else 9
LABELS = {row.field.name: row.field.form.rpartition(" > ")[2] for row in ROWS.values() if row.field.form}
"""Fields of a repository as its form calls them, by their names in the REST API."""
OF_THE_IMAGE = ("image", "reference")
"""Legs on which the image or its reference is what is to be named."""
TOKEN_CODES = re.compile(r"pull-token-|remote-(?:credentials-missing|username-malformed)")
ORDERS = r"(?i:un)?(?i:check|turn on|set|empty|clear|correct)\b[^.:;]{0,60}?"
"""How a step asks for a setting."""
ON_THEIR_MACHINES = re.compile(
    r"on the artifactory host|system\.yaml|[\w-]+\.log\b|-Xmx|ulimit|/etc/(?!systemd/system/docker|docker)",
    re.IGNORECASE,
)
"""What only those can see or change who run Artifactory's machines."""


OF_A_REMOTE = """allow_any_host_auth archive_browsing_enabled assumed_offline_period_secs blacked_out block_mismatching_mime_types
    block_pushing_schema1 bypass_head_requests cdn_redirect client_tls_certificate content_synchronisation curated
    description disable_proxy disable_url_normalization download_direct enable_cookie_management
    enable_token_authentication excludes_pattern external_dependencies_enabled external_dependencies_patterns hard_fail
    includes_pattern key list_remote_folder_items local_address metadata_retrieval_timeout_secs
    mismatching_mime_types_override_list missed_cache_period_seconds notes offline pass_through password
    priority_resolution project_environments project_id project_key property_sets proxy query_params
    remote_repo_layout_ref repo_layout_ref retrieval_cache_period_seconds socket_timeout_millis store_artifacts_locally
    synchronize_properties unused_artifacts_cleanup_period_hours url username xray_index"""
"""Attributes of `artifactory_remote_docker_repository` (the provider for Artifactory, 2026)."""
OF_A_VIRTUAL = """artifactory_requests_can_retrieve_remote_artifacts default_deployment_repo description excludes_pattern
    includes_pattern key notes project_environments project_key repo_layout_ref repositories
    resolve_docker_tags_by_timestamp"""
"""Attributes of `artifactory_virtual_docker_repository`."""
ASSIGNED = re.compile(r"^ *(\w+) +=", re.MULTILINE)
RESOURCE = re.compile(r'^resource "(\w+)"')


OF_A_TOKEN = {LABELS["username"], LABELS["password"]}
"""What is entered anew with a new pull token, however well-formed the old one was."""
BY_HAND = {
    "artifactory.members": ("Selected Repositories",),
    "docker.ca": ("certs.d",),
    "network.clock": ("NTP", "chronyd", "the clock"),
    "token.realm": ("Custom Base URL", "X-JFrog-Override-Base-Url"),
}
"""What checks verify that is no field of a repository's form."""


NOBODY_CHECKS = {
    "Artifactory Requests Can Retrieve Remote Artifacts",
    "Bypass HEAD Requests",
    "Enable CDN Download",
    "Enable Direct Cloud Storage Download",
    "Metadata Retrieval Cache Timeout",
    "Proxy",
    "Resolve Docker Tags by Latest Timestamp",
    "Socket Timeout",
}
"""Fields that are right as they are until a pull shows otherwise."""


def settings_of(check):
    """The fields that a check verifies, as its title and the first line of what it says of itself name them."""
    declared = f"{check.title}\n{check.doc.splitlines()[0]}"
    return {one for one in set(LABELS.values()) if re.search(rf"(?<!Base )\b{re.escape(one)}\b", declared)}


VERIFIES = {check.id: settings_of(check) | {*BY_HAND.get(check.id, ())} for check in load().checks}


def steps_of(entry):
    return [entry["remedy"]["summary"], *entry["remedy"]["steps"]]


def told(entry):
    commands = entry["remedy"]["commands"]
    return "\n".join([*steps_of(entry), *(f"{one['description']}: {one['command']}" for one in commands)])


def broken_fields(world):
    """REST names of what this world's repositories have otherwise than the healthy world's of the same key."""
    right = {one.key: one.configuration() for one in healthy().artifactory.repositories}
    for one in world.artifactory.repositories:
        for name, value in one.configuration().items():
            if one.key in right and right[one.key].get(name) != value:
                yield one.key, name


def names_what_is_broken(entry, world, report):
    subject, text = entry["subject"] or "", told(entry)
    names = [subject]
    if entry["leg"] in OF_THE_IMAGE or "/" in subject:
        path = re.sub(r":[^/]*$", "", subject.partition("@")[0])
        corrected = f"Pull {report['target']['image'].partition('/')[0]}/"
        names = [subject, path, path.rpartition("/")[2], path.partition("/")[2], corrected]
    if entry["leg"] in ("client", "client-to-artifactory"):
        names.append(report["target"]["image"].partition("/")[0])
    if TOKEN_CODES.match(entry["code"]):
        names.append(report["target"]["repository"])
    if not any(name and name in text for name in names):
        yield f"does not name {subject}"
    fields = [name for key, name in broken_fields(world) if key == subject and name in LABELS]
    if fields and entry["leg"] == "artifactory" and not any(LABELS[name] in text for name in fields):
        yield f"names none of {fields}"


AT_ODDS = {"virtual-name-collision": {"Project ID"}}
"""Settings of which each is right for itself, and which do not go together."""


def verified(report):
    """The settings that every check of this run which looks at them has found right."""
    passed = {one["id"] for one in report["checks"] if one["status"] == "pass"}
    looked = {one["id"] for one in report["checks"] if one["status"] != "skip"}
    right = {name for check in passed & VERIFIES.keys() for name in VERIFIES[check]}
    return right - {name for check in (looked - passed) & VERIFIES.keys() for name in VERIFIES[check]}


def asks_for_nothing_that_is_right(entry, world, report):
    right = verified(report) - (OF_A_TOKEN if TOKEN_CODES.match(entry["code"]) else set())
    right -= AT_ODDS.get(entry["code"], set())
    for label in right:
        for step in steps_of(entry):
            named = rf"(?<!Base ){re.escape(label)}"
            if step != STILL_FAILING and re.search(f"{ORDERS}{named}|{named} = ", step):
                yield f"asks for {label}, which passes: {step}"
    for one in entry["remedy"]["commands"]:
        body = re.search(r"-X POST \S+/api/repositories/.*-d '(\{.*\})'", one["command"], re.DOTALL)
        fields = json.loads(body[1]) if one["kind"] == "rest" and body else {}
        yield from (f"sets {name}, which passes" for name in fields if LABELS.get(name) in right)


def is_told_once(entry, world, report):
    remedies = [tuple(steps_of(one)) for one in report["diagnosis"] if one["remedy"]]
    if len(set(remedies)) != len(remedies):
        yield "the same remedy twice in the diagnosis"
    steps = steps_of(entry)
    if len(set(steps)) != len(steps):
        yield "the same step twice"


def pulls_last_and_as_corrected(entry, world, report):
    pulls = [" pull " in f" {one['command']}" and not one["changes"] for one in entry["remedy"]["commands"]]
    if True in pulls and not all(pulls[pulls.index(True) :]):
        yield "something comes after the pull"
    if entry["owner"] == "developer" and entry["leg"] in OF_THE_IMAGE:
        same = [
            one for one in entry["remedy"]["commands"] if one["command"] == f"docker pull {report['target']['image']}"
        ]
        if same:
            yield "pulls what cannot be pulled"


def leaves_jfrogs_machines_alone(entry, world, report):
    if is_jfrog_cloud(report["target"]["artifactory_host"] or "") and entry["owner"] != "network-team":
        for line in told(entry).splitlines():
            if ON_THEIR_MACHINES.search(line):
                yield f"on JFrog's machine: {line}"


def can_be_pasted(entry, world, report):
    for one in entry["remedy"]["commands"]:
        text = one["command"]
        if one["kind"] in ("rest", "shell"):
            yield from (
                f"wide: {line}" for line in text.splitlines() if len(line) > 120 and max(map(len, line.split())) < 80
            )
            yield from (f"may be unset: {name}" for name in re.findall(r"\$\w+|\$\{\w+\}", text))
        if one["kind"] == "rest":
            wanted = ("'Authorization: Bearer %s' \"${CGRDOCTOR_ARTIFACTORY_TOKEN:?}\" |", "--fail-with-body", "-H @-")
            yield from (f"lacks {part}" for part in wanted if part not in text)


def writes_terraform_as_the_provider_has_it(entry, world, report):
    virtuals = {one.key for one in world.artifactory.repositories if one.rclass == "virtual"}
    for one in entry["remedy"]["commands"]:
        if one["kind"] != "terraform":
            continue
        known = OF_A_VIRTUAL.split() if one["description"].rpartition(" ")[2] in virtuals else OF_A_REMOTE.split()
        named = ASSIGNED.findall(one["command"])
        if not named:
            yield f"assigns nothing: {one['command']}"
        yield from (f"the provider has no {name}" for name in named if name not in known)
        yield from (
            f"the provider has no {kind}"
            for kind in RESOURCE.findall(one["command"])
            if kind != "artifactory_remote_docker_repository"
        )


def says_who_does_which_step(entry, world, report):
    if TOKEN_CODES.match(entry["code"]) and "chainctl auth pull-token create" in told(entry):
        text = told(entry)
        owners = [text.find(one) for one in ("Chainguard organization owner", "Artifactory administrator")]
        if -1 in owners or owners != sorted(owners):
            yield "two owners for two steps: the Chainguard organization owner, then the Artifactory administrator"


def has_the_test_remote_in_a_line(entry, world, report):
    if entry["code"] not in UMBRELLAS and TEST_KEY in told(entry):
        yield "a whole test remote"
    if sum(step.startswith("Still failing?") for step in steps_of(entry)) > 1:
        yield "still failing twice"


def does_not_stutter(entry, world, report):
    for text in (entry["summary"], *steps_of(entry)):
        if re.search(r"\b(\d{3})\b(?: [a-z ]{0,12})?[: ]+(?:HTTP )?\1\b|\b(\w{3,}) \2\b", text):
            yield f"the same word twice: {text}"
        words = re.findall(r"[\w./@-]+", text.lower())
        runs = [tuple(words[place : place + 5]) for place in range(len(words) - 4)]
        if len(set(runs)) != len(runs):
            yield f"the same words twice: {text}"


RULES = (
    names_what_is_broken,
    asks_for_nothing_that_is_right,
    is_told_once,
    pulls_last_and_as_corrected,
    leaves_jfrogs_machines_alone,
    can_be_pasted,
    writes_terraform_as_the_provider_has_it,
    says_who_does_which_step,
    has_the_test_remote_in_a_line,
    does_not_stutter,
)


def wrong(world, report):
    entry = report["diagnosis"][0]
    if entry["remedy"] is None:
        return ["no remedy"]
    certain_only = () if entry["confidence"] == "certain" else (names_what_is_broken,)
    return [said for rule in RULES if rule not in certain_only for said in rule(entry, world, report)]


@pytest.mark.parametrize("name", list(FAULTS)[3::EVERY] if EVERY > 1 else list(FAULTS))
def test_what_is_to_be_done_fits_what_was_seen(name):
    world = FAULTS[name].scenario().world

    assert wrong(world, examine(world).report) == []


def test_every_check_of_a_field_says_which_it_verifies():
    of_all = "fields.given"  # holds whatever a ticket says against what is shown
    assert [name for name, fields in VERIFIES.items() if name.startswith("fields.") and not fields] == [of_all]
    assert set(BY_HAND) < set(VERIFIES)
    unlooked = set(LABELS.values()) - {one for settings in VERIFIES.values() for one in settings}
    assert unlooked == NOBODY_CHECKS


def test_every_attribute_of_terraform_is_one_of_the_provider():
    """Whether a remedy of today sets it or not; the page of fields names them all."""
    named = {name: row.field.attribute for name, row in ROWS.items() if row.field.attribute}

    assert {name: said for name, said in named.items() if said not in f"{OF_A_REMOTE} {OF_A_VIRTUAL}".split()} == {}
    assert {"key", "rclass", "packageType"}.isdisjoint(named.values())
