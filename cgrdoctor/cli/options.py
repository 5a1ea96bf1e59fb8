"""The options of `check`, shared by every command that runs the doctor, and how they become settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])

_DOCTOR: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("--artifactory-url",),
        {"metavar": "URL", "help": "Base URL of Artifactory, if not https://<IMAGE host>/artifactory."},
    ),
    (("--repository",), {"metavar": "KEY", "help": "Repository key, if IMAGE does not show it."}),
    (("--upstream-image",), {"metavar": "REF", "help": "The image as cgr.dev names it: org/name[:tag or @digest]."}),
    (("--control-image",), {"metavar": "REF", "help": "Known-good image to compare with [chainguard/static:latest]."}),
    (
        ("--platform",),
        {
            "metavar": "OS/ARCH[/VARIANT]",
            "help": "Platform to resolve an index to [the Docker engine's, else this machine's].",
        },
    ),
    (
        ("--vantage",),
        {
            "metavar": "client|artifactory",
            "help": "Where this runs: artifactory if behind Artifactory's own egress [client].",
        },
    ),
    (("--no-direct",), {"is_flag": True, "help": "Send nothing from here to any Chainguard host."}),
    (("--pull",), {"is_flag": True, "help": "Also let the local Docker engine really pull."}),
    (("--download",), {"is_flag": True, "help": "Download every blob on both paths and verify its digest."}),
    (("--only",), {"metavar": "GLOB", "multiple": True, "help": "Only checks with such ids; repeatable."}),
    (("--skip",), {"metavar": "GLOB", "multiple": True, "help": "No checks with such ids; repeatable."}),
    (("--timeout",), {"metavar": "SECONDS", "help": "One step of this machine with a peer [10]."}),
    (
        ("--upstream-timeout",),
        {"metavar": "SECONDS", "help": "First byte where Artifactory may have to ask cgr.dev [35]."},
    ),
    (("--deadline",), {"metavar": "SECONDS", "help": "The whole run [60; 600 with --pull or --download]."}),
    (("--cacert",), {"metavar": "FILE", "help": "Extra CA certificates, PEM."}),
    (
        ("--connect-to",),
        {"metavar": "HOST:PORT:ADDR:PORT", "multiple": True, "help": "Dial another place, as curl does; repeatable."},
    ),
    (("--docker-config",), {"metavar": "DIR", "help": "Docker client configuration [DOCKER_CONFIG, ~/.docker]."}),
    (("--config",), {"metavar": "FILE", "help": "Settings file, TOML with the names of these options."}),
    (("--ask",), {"is_flag": True, "help": "Prompt for missing credentials, on a terminal."}),
    (("--fail-on",), {"metavar": "warn|fail", "help": "What makes the exit status 1 [fail]."}),
)

_REPORT: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("-f", "--format"), {"metavar": "FORMAT", "help": "Standard output: text, json, markdown, html or junit [text]."}),
    (
        ("-o", "--output"),
        {"metavar": "PATH", "multiple": True, "help": "Also write there; .json .md .html .xml or .zip; repeatable."},
    ),
    (("-q", "--quiet"), {"is_flag": True, "help": "Only the diagnosis."}),
    (("-v", "--verbose"), {"count": True, "help": "Facts and exchanges, too."}),
    (("--no-color",), {"is_flag": True, "help": "Plain text."}),
)


def doctor_options(function: Function) -> Function:
    """Adds every option of `check` to a click command."""
    return _add(function, _DOCTOR + _REPORT)


def report_options(function: Function) -> Function:
    """Adds the options that say where a report goes and how it looks."""
    return _add(function, _REPORT)


def _add(function: Function, options: tuple[tuple[tuple[str, ...], dict[str, Any]], ...]) -> Function:
    for names, details in reversed(options):
        function = click.option(*names, **details)(function)
    return function


def settings_from(options: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of a run from click's values, the environment and the settings file. Raises UsageProblem."""
    from cgrdoctor.config.settings import resolve

    given = {name: value for name, value in options.items() if value not in (None, False, (), 0)}
    config_file = given.pop("config", None)
    return resolve(given, os.environ if environ is None else environ, config_file)
