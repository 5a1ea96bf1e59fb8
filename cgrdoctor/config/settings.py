"""Options, environment and settings file, resolved into one frozen `Settings`.

Command line before environment before settings file before default. Nothing here is secret: credentials never
come this way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from cgrdoctor.config import clients
from cgrdoctor.config.images import through_artifactory
from cgrdoctor.config.options import LONG_DEADLINE, ROWS, ForChecks, Options
from cgrdoctor.config.rows import Recorded, Row, Shape
from cgrdoctor.config.toml_file import read_settings_file, refuse_unfit
from cgrdoctor.config.values import Output, shown, shown_path
from cgrdoctor.errors import UsageProblem
from cgrdoctor.model import ExitStatus, Fact
from cgrdoctor.net.connect_to import ConnectTo
from cgrdoctor.net.reference import Reference
from cgrdoctor.privacy.host_names import canonical_host, host_of

if TYPE_CHECKING:
    from cgrdoctor.given.ticket import Ticket
    from cgrdoctor.kubernetes.papers import Wanted
else:
    Ticket = Wanted = object  # loaded where there are such papers

__all__ = ["ConnectTo", "Invocation", "Output", "Settings", "invocation", "resolve"]

COMMAND_LINE = "command line"
NAMING = (COMMAND_LINE, "environment CGRDOCTOR_ARTIFACTORY_URL")
"""Origins of an Artifactory URL with which the user of this run says whom the own secrets are for."""


OWN_ROOT = Path("/")
"""As --host-root: this machine, as if nothing were given."""

SPARED = (ExitStatus.FOUND, ExitStatus.INCOMPLETE)
"""The statuses that --exit-zero makes 0."""


@dataclass(frozen=True, slots=True)
class Settings(Options):
    """Every option with its value. Times are seconds; `given` says where a value came from, by field name.

    Origins: `command line`, `environment <VARIABLE>`, `settings file <path>`, `report <path>`; a field that stands at
    its default is not in `given`. `upstream_timeout` None means: by the remote's own socket timeout, else 35. `papers`
    are documents of Kubernetes that were given, `tickets` what --given names, `said` is the text of a client from which
    IMAGE was read.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    papers: Wanted | None = field(default=None, repr=False)
    tickets: tuple[Ticket, ...] = field(default=(), repr=False)
    said: str = ""

    @property
    def artifactory_base(self) -> str | None:
        """The base URL of Artifactory, `https://<host of IMAGE>/artifactory` unless given; None without both."""
        if self.artifactory_url is not None or self.image is None:
            return self.artifactory_url
        return f"https://{canonical_host(self.image.host)}/artifactory"

    @property
    def artifactory_host(self) -> str | None:
        """`host[:port]` of the base URL."""
        return host_of(self.artifactory_base) if self.artifactory_base else None

    @property
    def written(self) -> tuple[Output, ...]:
        """Every file the report goes to."""
        line = (Output(self.verdict_to, "line", in_place=True),) if self.verdict_to else ()
        return (*self.outputs, *line)

    def ends_with(self, status: int) -> int:
        """What the process ends with after a run that ended with `status`."""
        return ExitStatus.WELL if self.exit_zero and status in SPARED else status

    @property
    def named_host(self) -> str | None:
        """The host the user named in this run, to which the `CGRDOCTOR_*` secrets belong.

        That of `--artifactory-url`, else of its environment, else of IMAGE as typed; never one that only a settings
        file, a report or a text names.
        """
        if self.artifactory_url is not None and self.given.get("artifactory_url") in NAMING:
            return host_of(self.artifactory_url)
        return self.typed_host

    @property
    def typed_host(self) -> str | None:
        """The host of an IMAGE that was typed in this run."""
        typed = self.image is not None and self.given.get("image") == COMMAND_LINE
        return canonical_host(self.image.host) if self.image and typed else None

    def public(self) -> dict[str, Any]:
        """What was asked for, as the report keeps it: every field that does not stand at its default."""
        names = [name for name, row in ROWS.items() if name in self.given and row.recorded is not Recorded.NOT]
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Output):
        return str(value.path)
    return value if isinstance(value, (str, bool, int, float)) else str(value)


class Addressed(Fact, frozen=True, kw_only=True):
    """What the options say about where to look. Hosts are `host[:port]`.

    `auth_file` and `docker_config` are those that were typed, `gitlab` whether this is a job of GitLab's: remedies are
    written by them, and by `printed_by`, the program whose text was given in place of IMAGE where no client was named.
    `unseen` is not looked at of the clients of this run, `others` are clients that are here and were not chosen.
    """

    image: str | None = None
    registry_host: str | None = None
    artifactory_url: str | None = None
    artifactory_host: str | None = None
    auth_file: str = ""
    docker_config: str = ""
    printed_by: str = ""
    unseen: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    gitlab: bool = False


if TYPE_CHECKING:

    class Invocation(ForChecks, Addressed, frozen=True, kw_only=True):
        """What was asked of this run, as a fact: `Addressed`, and every option of `ForChecks`."""
else:
    Invocation = msgspec.defstruct(
        "Invocation",
        [(one.name, get_type_hints(ForChecks)[one.name], one.default) for one in fields(ForChecks)],
        bases=(Addressed,),
        namespace={"__doc__": "What was asked of this run, as a fact: `Addressed`, and every option of `ForChecks`."},
        module=__name__,
        frozen=True,
        kw_only=True,
    )


def invocation(settings: Settings, environ: Mapping[str, str] | None = None) -> Invocation:
    """The settings as a fact; of an environment that is given: which other clients are here, and whose job this is."""
    environ = environ or {}
    named = not environ or "client" in settings.given
    here = () if named else clients.here(environ, settings.docker_config, settings.auth_file, settings.host_root)
    auth_file, docker_config = (
        str(getattr(settings, name)) if settings.given.get(name) == COMMAND_LINE else ""
        for name in ("auth_file", "docker_config")
    )
    printed_by = _printed_by(settings.said) if settings.said and "client" not in settings.given else ""
    return Invocation(
        image=str(settings.image) if settings.image else None,
        registry_host=settings.image.host if settings.image else None,
        artifactory_url=settings.artifactory_base,
        artifactory_host=settings.artifactory_host,
        auth_file=auth_file,
        docker_config=docker_config,
        unseen=tuple(clients.UNSEEN[one] for one in settings.client if one in clients.UNSEEN),
        others=tuple(one for one in here if one not in settings.client),
        printed_by=printed_by,
        gitlab=bool(environ.get("GITLAB_CI")) or printed_by == clients.GITLAB,
        **{one.name: getattr(settings, one.name) for one in fields(ForChecks)},
    )


def _printed_by(text: str) -> str:
    """The program that printed a text; empty where it does not tell."""
    from cgrdoctor.symptoms.client import client_of

    return client_of(text) or ""


def resolve(
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    recorded: Mapping[str, Any] | None = None,
    recorded_in: str = "",
) -> Settings:
    """The settings of a run. `options` holds what stood on the command line, by field.

    `recorded` are options of an earlier report, which count less than the environment and more than the settings
    file. Raises UsageProblem, one line, for anything that cannot be used.
    """
    values: dict[str, Any] = {}
    given: dict[str, str] = {}
    for name, value in options.items():
        _take(values, given, name, value, ROWS[name].spelling, getattr(value, "origin", COMMAND_LINE))
    _take_papers(values, given)
    for name, (variable, value) in _environment(environ, values.get("image")).items():
        _take(values, given, name, value, variable, f"environment {variable}")
    for name, value in (recorded or {}).items():
        refuse_unfit(f"report {shown(recorded_in)}", ROWS[name], value)
        _take(values, given, name, value, ROWS[name].spelling, f"report {recorded_in}")
    path, stored = read_settings_file(values.get("config"), environ)
    for name, value in stored.items():
        _take(values, given, name, value, f"{ROWS[name].name} in {shown_path(path)}", f"settings file {path}")
    _take_papers(values, given)
    if values.get("host_root") == OWN_ROOT:
        del values["host_root"], given["host_root"]
    values["client"] = clients.chosen(values, given, environ)
    return settled(values, given)


def _take_papers(values: dict[str, Any], given: dict[str, str]) -> None:
    if any(values.get(name) for name in ("pod", "pull_secret", "ticket")):
        from cgrdoctor.config.papers import take_papers

        take_papers(values, given)


def settled(values: Mapping[str, Any], given: Mapping[str, str]) -> Settings:
    """Settings from read values, where one option's default follows another's value."""
    fitting = dict(values)
    _settle_loudness(fitting, given)
    if fitting.get("image") is not None:
        fitting["image"] = through_artifactory(
            fitting["image"], fitting.get("repository"), fitting.get("artifactory_url")
        )
    if fitting.get("pull") or fitting.get("download"):
        fitting.setdefault("deadline", LONG_DEADLINE)
    return Settings(**fitting, given=given)


def _settle_loudness(values: dict[str, Any], given: Mapping[str, str]) -> None:
    """Of -q and -v the one on the command line counts; both there contradict each other."""
    if values.get("quiet") and values.get("verbose"):
        if given["quiet"] == given["verbose"]:
            raise UsageProblem("-q and -v exclude each other; give one of them")
        if given["quiet"] == COMMAND_LINE:
            values["verbose"] = 0
        else:
            values["quiet"] = False


def _take(values: dict[str, Any], given: dict[str, str], name: str, value: Any, label: str, origin: str) -> None:
    if name not in values:
        values[name] = ROWS[name].takes.read(label, value)
        given[name] = origin


def _environment(environ: Mapping[str, str], image: Reference | None) -> dict[str, tuple[str, Any]]:
    """The variable and the value of each option that a variable sets; an empty variable counts as not set."""
    found = ((name, _from_variables(row, environ, image)) for name, row in ROWS.items())
    return {name: pair for name, pair in found if pair is not None}


def _from_variables(row: Row, environ: Mapping[str, str], image: Reference | None) -> tuple[str, Any] | None:
    for variable in row.variables:
        value = environ.get(variable.name)
        if value and variable.applies(value, image):
            return variable.name, True if row.takes.shape is Shape.SWITCH else value
    return None
