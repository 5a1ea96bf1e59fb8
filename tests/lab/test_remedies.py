"""What a person is told to do: by what this run saw, with the name of what is broken, and nothing that is right already.

A rule looks at the first entry of a world's diagnosis and says what is wrong with it. `make test` looks at some worlds,
`make worlds` at all.
"""

import os
import re

import pytest
from examine import examine

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
        path = subject.partition("@")[0].rpartition(":")[0] or subject
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


def asks_for_nothing_that_is_right(entry, world, report):
    passed = [check["title"] for check in report["checks"] if check["status"] == "pass"]
    for label in set(LABELS.values()):
        if any(title.startswith((f"{label} is ", f"{label} are ")) for title in passed):
            for step in steps_of(entry):
                if step != STILL_FAILING and re.search(ORDERS + re.escape(label), step):
                    yield f"asks for {label}, which passes: {step}"


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
