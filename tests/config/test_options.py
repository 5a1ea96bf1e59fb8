"""Every option, from its row alone: typed, in a settings file, from a variable, in the report, taken over by verify.

What is expected comes from the type of the option's field, or from the table of what is published; never from the
property of the row that is looked at.
"""

import re
from dataclasses import fields
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
import trustme

from cgrdoctor import fail
from cgrdoctor.cli.check import command as check
from cgrdoctor.cli.check import image_of
from cgrdoctor.cli.demo import command as demo
from cgrdoctor.cli.options import settings_from
from cgrdoctor.cli.report_show import command as show
from cgrdoctor.cli.report_verify import command as verify
from cgrdoctor.cli.report_verify import settings_of
from cgrdoctor.cli.words import first_word, unknown_option
from cgrdoctor.config.options import ROWS, ForChecks, Options
from cgrdoctor.config.rows import Group, Recorded, number, option, rows_of
from cgrdoctor.config.settings import Invocation, Settings, invocation, resolve
from cgrdoctor.config.values import Output
from cgrdoctor.engine.discovery import load
from cgrdoctor.errors import UsageProblem
from cgrdoctor.model import SCHEMA_VERSION, CheckResult, Report, Run, TargetRecord, Tool
from cgrdoctor.net.connect_to import ConnectTo
from cgrdoctor.net.reference import EXAMPLE

TYPES = get_type_hints(Options)
OPTIONS = [row for row in ROWS.values() if row.spelling != "IMAGE"]
NEVER_IN_A_FILE = {"--config"}
GIVEN = {
    "pod": b"kind: Pod\nspec:\n  containers:\n  - name: a\n    image: acme.jfrog.io/a/b:1\n",
    "pull_secret": b"kind: Secret\nmetadata:\n  name: a\n",
    "ticket": b'{"key": "a", "rclass": "remote", "packageType": "docker"}',
}
"""What stands in the files of options that read them; certificates in all others."""

CARRIED, AGAIN, SHOWN, NOT = Recorded.CARRIED, Recorded.AGAIN, Recorded.SHOWN, Recorded.NOT

PUBLISHED = {
    "--artifactory-url URL": ("https://<IMAGE host>/artifactory", CARRIED),
    "--repository KEY": ("from IMAGE", CARRIED),
    "--upstream-image REF": ("rest of IMAGE", CARRIED),
    "--control-image REF": ("chainguard/static:latest", CARRIED),
    "--platform OS/ARCH[/VARIANT]": ("the Docker engine's, else this machine's", CARRIED),
    "--vantage client|artifactory": ("client", CARRIED),
    "--client docker|podman|containerd|kubernetes": ("docker, podman, containerd: the first here", CARRIED),
    "--no-direct": ("", CARRIED),
    "--pull": ("", AGAIN),
    "--download": ("", CARRIED),
    "--only GLOB": ("", SHOWN),
    "--skip GLOB": ("", SHOWN),
    "--timeout SECONDS": ("10", CARRIED),
    "--upstream-timeout SECONDS": ("35", CARRIED),
    "--deadline SECONDS": ("60; 600 with --pull or --download", CARRIED),
    "--cacert FILE": ("the system's", AGAIN),
    "--pod FILE|-": ("none", AGAIN),
    "--pull-secret FILE|-": ("none", AGAIN),
    "--given FILE|-": ("", AGAIN),
    "--connect-to HOST:PORT:ADDR:PORT": ("", AGAIN),
    "--docker-config DIR": ("~/.docker", AGAIN),
    "--auth-file FILE": ("podman's usual places", AGAIN),
    "--config FILE": ("the user's config.toml", NOT),
    "--node NAME": ("none", NOT),
    "--verdict-to FILE": ("none", NOT),
    "--exit-zero": ("", NOT),
    "--ask": ("", NOT),
    "--fail-on warn|fail": ("fail", CARRIED),
    "-f, --format FORMAT": ("text", SHOWN),
    "-o, --output PATH": ("", SHOWN),
    "-q, --quiet": ("", NOT),
    "-v, --verbose": ("", NOT),
    "--no-color": ("", NOT),
}
"""Options that somebody may rely on, their defaults and what becomes of them: no row may lose or change one."""

VARIABLES = {
    "CGRDOCTOR_ARTIFACTORY_URL": "--artifactory-url",
    "JF_URL": "--artifactory-url",
    "DOCKER_CONFIG": "--docker-config",
    "REGISTRY_AUTH_FILE": "--auth-file",
    "CGRDOCTOR_NODE": "--node",
    "NO_COLOR": "--no-color",
}


def each_option(test):
    return pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.name)(test)


def holds(row, *kinds):
    """Whether the option's value is, or has in it, one of these types."""
    hint = TYPES[row.field]
    return any(kind in kinds for kind in (hint, *get_args(hint)))


def words(row, spelling=None):
    """The option as one types it."""
    spelling = spelling or row.spelling
    return [spelling] if TYPES[row.field] in (bool, int) else [spelling, row.takes.example]


def in_toml(row):
    """The option as one writes it in a settings file."""
    if TYPES[row.field] in (bool, int):
        value = "true"
    elif holds(row, float):
        value = "30"
    else:
        value = f'["{row.takes.example}"]' if holds(row, ...) else f'"{row.takes.example}"'
    return f"{row.spelling[2:]} = {value}\n"


def asked(*typed, environ=None):
    with check.make_context("check", [EXAMPLE, *typed]) as context:
        options = dict(context.params)
    given = image_of(options.pop("words"))
    return settings_from({**(given.options if given else {}), **options}, environ or {})


def asked_by_file(text, folder):
    file = folder / "settings.toml"
    file.write_text(text)
    return asked("--config", str(file))


def value_of(row, settings):
    """The option's value, a path as an absolute one."""
    value = getattr(settings, row.field)
    if isinstance(value, tuple):
        return tuple(one.absolute() if isinstance(one, Path) else one for one in value)
    return value.absolute() if isinstance(value, Path) else value


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A directory that has every file the examples name, and no settings file of the user."""
    folder = tmp_path / "here"
    folder.mkdir()
    certificate = trustme.CA().cert_pem.bytes()
    for row in OPTIONS:
        if holds(row, Path, Output):
            example = folder / row.takes.example
            example.write_bytes(GIVEN.get(row.field, certificate)) if example.suffix else example.mkdir()
    (folder / "settings.toml").write_text("")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.mark.parametrize("term", PUBLISHED)
def test_what_is_published_stays(term):
    found = {
        ", ".join(row.spellings) + (f" {row.takes.word}" if row.takes.word else ""): (row.default, row.recorded)
        for row in OPTIONS
    }

    assert found.get(term) == PUBLISHED[term], (
        f"{term} is published: its row lost its letter, spelling, word or default"
    )


@pytest.mark.parametrize("name", VARIABLES)
def test_a_published_variable_stays(name):
    found = {variable.name: row.spelling for row in OPTIONS for variable in row.variables}

    assert found.get(name) == VARIABLES[name], f"{name} is published: the row of {VARIABLES[name]} lost it"


@each_option
def test_it_can_be_typed(row):
    settings = asked(*words(row))

    assert settings.given.get(row.field) == "command line", f"{row.spelling} is not read from the command line"
    assert value_of(row, settings) != value_of(row, asked()), (
        f"{row.spelling} changes nothing, or its example is its default"
    )


@each_option
def test_the_first_word_is_found_behind_it(row):
    for spelling in row.spellings:
        typed = [*words(row, spelling), "report"]
        place, options = first_word(typed)

        assert place == len(typed) - 1, (
            f"whether {spelling} takes a value is not known where the first word is looked for"
        )
        assert unknown_option(options) is None, f"{spelling} is taken for no option of any command"


@each_option
def test_a_settings_file_can_hold_it(row, place):
    if row.spelling in NEVER_IN_A_FILE:
        with pytest.raises(UsageProblem, match="is no option"):
            asked_by_file(in_toml(row), place)
        return
    settings = asked_by_file(in_toml(row), place)

    assert settings.given.get(row.field, "").startswith("settings file "), f"a settings file cannot hold {row.name}"
    assert value_of(row, settings) == value_of(row, asked(*words(row))), f"{row.name} in a file means something else"


@pytest.mark.parametrize("name", ["IMAGE", "image", "tickets", "color", "outputs"])
def test_a_settings_file_holds_nothing_but_options(name, place):
    with pytest.raises(UsageProblem, match=f"'{name}' is no option"):
        asked_by_file(f'{name} = "{EXAMPLE}"\n', place)


@each_option
def test_a_settings_file_refuses_another_type_for_it(row, place):
    if row.spelling not in NEVER_IN_A_FILE:
        with pytest.raises(UsageProblem, match=rf"{row.name} takes "):
            asked_by_file(f"{row.name} = 2026-01-01\n", place)


@pytest.mark.parametrize("row", [row for row in OPTIONS if holds(row, Path, Output)], ids=lambda row: row.name)
def test_a_relative_path_in_a_settings_file_starts_there(row, place, tmp_path, monkeypatch):
    if row.spelling in NEVER_IN_A_FILE:
        return
    monkeypatch.chdir(tmp_path)
    settings = asked_by_file(in_toml(row), place)

    found = value_of(row, settings)
    paths = [getattr(one, "path", one) for one in (found if isinstance(found, tuple) else [found])]
    assert paths == [place / row.takes.example], f"{row.name} does not start at its file: is_path is missing"


@pytest.mark.parametrize("row", [row for row in OPTIONS if row.variables], ids=lambda row: row.name)
def test_each_of_its_variables_sets_it(row):
    for variable in row.variables:
        settings = asked(environ={variable.name: row.takes.example or "1"})

        assert settings.given.get(row.field) == f"environment {variable.name}", f"{variable.name} is not read"
        assert value_of(row, settings) == value_of(row, asked(*words(row)))
        assert row.field not in asked(environ={variable.name: ""}).given


def test_jf_url_counts_for_its_own_host_alone():
    assert asked(environ={"JF_URL": "https://other.jfrog.io/"}).artifactory_url is None


@each_option
def test_the_report_says_what_was_asked(row):
    kept = asked(*words(row)).public()

    assert (row.field in kept) == (row.recorded is not NOT), (
        f"{row.spelling} is missing in run.options, or too much there"
    )
    assert msgspec.json.decode(msgspec.json.encode(kept)) == kept


@each_option
def test_verify_takes_it_over_or_asks_for_it(row, capsys):
    first = asked(*words(row))
    again = settings_of(report(first), {}, "old.json")

    carried = again.given.get(row.field) == "report old.json"
    assert carried == (row.recorded is CARRIED), f"verify does not do with {row.spelling} what its row says"
    if carried:
        assert value_of(row, again) == value_of(row, first)
    warned = f"still wanted: {row.spelling}\n" in capsys.readouterr().err
    assert warned == (row.recorded is AGAIN), f"verify does not say that {row.spelling} must be given again"


@each_option
def test_a_report_from_anybody_names_no_file_and_no_other_place(row):
    if holds(row, Path, Output, ConnectTo):
        assert row.recorded is not CARRIED, f"{row.spelling} would be taken from a report that anybody may have written"


@each_option
def test_verify_refuses_another_type_for_it(row):
    if row.recorded is CARRIED:
        found = report(asked())
        forged = msgspec.structs.replace(found, run=msgspec.structs.replace(found.run, options={row.field: [{}]}))
        with pytest.raises(UsageProblem, match=rf"report old.json: {row.name} takes "):
            settings_of(forged, {}, "old.json")


@each_option
def test_help_has_it_under_its_heading(row):
    sections = helped(check)

    assert len(row.help) > 8
    assert row.spelling in " ".join(sections[row.group.value]), f"{row.spelling} is not under {row.group.value}"
    text = " ".join(" ".join(sections[row.group.value]).split())
    assert row.help.rstrip(".") in text, f"{row.spelling} is not explained"
    assert f"{row.default}]" in text, f"the default of {row.spelling} is not said"


@pytest.mark.parametrize("command", [check, demo, verify, show], ids=lambda command: command.name)
def test_help_fits_80_columns_and_says_each_thing_once(command):
    text = help_of(command)
    expected = [row for row in OPTIONS if command is not show or row.group is Group.OUTPUT]

    assert max(len(line) for line in text.splitlines()) <= 80
    for spelling in ("--help", *(row.spelling for row in expected)):
        assert len(re.findall(rf"^  (?:-\w, )?{spelling}(?= |$)", text, re.MULTILINE)) == 1, spelling
    assert "\n\n\n" not in text
    told = len(text.partition(f"\n{expected[0].group.value}:\n")[2].splitlines())
    assert told <= len(expected) + len(Group) + 1 + len(expected) // 2, "an option has a row, few have two"


@pytest.mark.parametrize(
    "row", [row for row in OPTIONS if get_origin(TYPES[row.field]) is Literal], ids=lambda row: row.name
)
def test_every_word_of_a_choice_can_be_typed(row):
    for allowed in get_args(TYPES[row.field]):
        assert value_of(row, asked(row.spelling, allowed)) == allowed
    with pytest.raises(UsageProblem, match="takes one of"):
        asked(row.spelling, "nonsense")


@pytest.mark.parametrize("name", [one.name for one in fields(ForChecks)])
def test_checks_are_told_what_was_asked(name):
    settings = asked(*words(ROWS[name]))

    assert getattr(invocation(settings), name) == getattr(settings, name) != getattr(Invocation(), name)
    assert getattr(Invocation(), name) == getattr(Settings(), name)


def test_the_fact_of_checks_keeps_its_keys():
    """Older reports are judged again by them."""
    published = {
        "exchanges", "image", "registry_host", "artifactory_url", "artifactory_host", "repository", "upstream_image",
        "control_image", "platform", "vantage", "no_direct", "pull", "download", "timeout", "fail_on",
    }  # fmt: skip

    assert published <= set(Invocation.__struct_fields__)


def test_a_long_run_has_a_longer_deadline_unless_one_is_given():
    assert [asked(*typed).deadline for typed in ([], ["--pull"], ["--download"], ["--pull", "--deadline", "7"])] == [
        60, 600, 600, 7,
    ]  # fmt: skip


ROW = {"default": 1.0, "takes": number("SECONDS", lambda _label, value: float(value)), "group": Group.TIME, "help": "Seconds.", "recorded": CARRIED}  # fmt: skip


@pytest.mark.parametrize("missing", ROW)
def test_a_row_cannot_do_without(missing):
    with pytest.raises(TypeError, match=missing):
        option(**{name: value for name, value in ROW.items() if name != missing})


def test_a_row_without_a_fixed_default_says_what_stands_in_its_place():
    with pytest.raises(TypeError, match="otherwise"):
        option(**ROW | {"default": None})


def test_no_two_options_share_a_spelling_or_a_letter():
    spellings = [spelling for row in rows_of(Options).values() for spelling in row.spellings]

    assert len(spellings) == len(set(spellings))


def test_of_quiet_and_verbose_the_typed_one_counts(place):
    loud = asked_by_file("quiet = true\n", place)
    typed = resolve({"verbose": 2, "config": place / "settings.toml"}, {})

    assert (loud.quiet, typed.quiet, typed.verbose) == (True, False, 2)
    with pytest.raises(UsageProblem, match="exclude each other"):
        asked("-q", "-v")


def help_of(command):
    with command.make_context(command.name, [] if command in (check, demo) else ["file"]) as context:
        context.terminal_width = 80
        return command.get_help(context)


def helped(command):
    """The lines of `--help` by heading."""
    sections = {}
    for line in help_of(command).splitlines():
        if re.fullmatch(r"[A-Z].*:", line):
            lines = sections.setdefault(line[:-1], [])
        elif sections:
            lines.append(line)
    return sections


def report(settings):
    """A report of a run with these settings that found something."""
    failed = load().checks[0]
    finding = fail(failed.codes[0], "s", subject="x")
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name="cgrdoctor", version="0"),
        run=Run(id="1", started_at="2026-01-01T00:00:00Z", duration=1.0, vantage="client", deadline=60.0, python="3", os="Linux", options=settings.public()),
        target=TargetRecord(image=EXAMPLE),
        status="faulty",
        complete=True,
        exit_status=1,
        summary="s",
        checks=(CheckResult(id=failed.id, title="t", status="fail", summary="s", findings=(finding,)),),
    )  # fmt: skip
