"""Options, environment and settings file, resolved into one frozen `Settings`.

Command line before environment before settings file before default. Nothing here is secret: credentials never
come this way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from cgrdoctor.errors import UsageProblem
from cgrdoctor.model import Fact, Word
from cgrdoctor.net.connect_to import ConnectTo, parse_connect_to
from cgrdoctor.net.reference import Reference, UnusableReference, parse_reference, parse_upstream
from cgrdoctor.options import (
    Output,
    artifactory_url,
    at_home,
    certificates,
    choice,
    directory,
    host_of,
    image_platform,
    output,
    repository_key,
    seconds,
    shown,
)
from cgrdoctor.secret import canonical_host, same_host
from cgrdoctor.settings_file import read_settings_file, refuse_unfit

__all__ = ["ConnectTo", "Invocation", "Output", "Settings", "invocation", "resolve"]

CONTROL_IMAGE = "chainguard/static:latest"
USER_NAMED = ("command line", "environment")
"""Origins of a value that the user of this run stands for."""

PRIVATE = ("given", "ask", "quiet", "verbose", "color")
"""Fields that say nothing about what was examined."""

Vantage = Literal["client", "artifactory"]
Format = Literal["text", "json", "markdown", "html", "junit"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Every option with its value. Times are seconds; `given` says where a value came from, by field name.

    Origins: `command line`, `environment <VARIABLE>`, `settings file <path>`, `report <path>`; a field that stands at
    its default is not in `given`. `upstream_timeout` None means: by the remote's own socket timeout, else 35.
    """

    image: Reference | None = None
    artifactory_url: str | None = None
    repository: str | None = None
    upstream_image: str | None = None
    control_image: str = CONTROL_IMAGE
    platform: str | None = None
    vantage: Vantage = "client"
    no_direct: bool = False
    pull: bool = False
    download: bool = False
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    timeout: float = 10.0
    upstream_timeout: float | None = None
    deadline: float = 60.0
    cacert: Path | None = None
    connect_to: tuple[ConnectTo, ...] = ()
    docker_config: Path = field(default_factory=lambda: at_home(".docker"))
    ask: bool = False
    format: Format = "text"
    outputs: tuple[Output, ...] = ()
    fail_on: Literal["warn", "fail"] = "fail"
    quiet: bool = False
    verbose: int = 0
    color: bool = True
    given: Mapping[str, str] = field(default_factory=dict)

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
    def named_host(self) -> str | None:
        """The host the user named in this run, to which alone the `CGRDOCTOR_*` secrets belong.

        That of `--artifactory-url`, else of its environment, else of IMAGE; never one that only a settings file or a
        report names.
        """
        if self.artifactory_url is not None and self._by_user("artifactory_url"):
            return host_of(self.artifactory_url)
        return canonical_host(self.image.host) if self.image and self._by_user("image") else None

    def _by_user(self, name: str) -> bool:
        return self.given.get(name, "").startswith(USER_NAMED)

    def public(self) -> dict[str, Any]:
        """What was asked for, as the report keeps it: every field that does not stand at its default."""
        names = [name.name for name in fields(self) if name.name in self.given and name.name not in PRIVATE]
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Output):
        return str(value.path)
    return value if isinstance(value, (str, bool, int, float)) else str(value)


class Invocation(Fact, frozen=True, kw_only=True):
    """What was asked of this run, as a fact. Hosts are `host[:port]`; `timeout` is in seconds.

    `repository`, `upstream_image` and `platform` are None unless given.
    """

    image: str | None = None
    registry_host: str | None = None
    artifactory_url: str | None = None
    artifactory_host: str | None = None
    repository: str | None = None
    upstream_image: str | None = None
    control_image: str = CONTROL_IMAGE
    platform: str | None = None
    vantage: Vantage = "client"
    no_direct: bool = False
    pull: bool = False
    download: bool = False
    timeout: float = 10.0
    fail_on: Word = "fail"


def invocation(settings: Settings) -> Invocation:
    """The settings as a fact."""
    return Invocation(
        image=str(settings.image) if settings.image else None,
        registry_host=settings.image.host if settings.image else None,
        artifactory_url=settings.artifactory_base,
        artifactory_host=settings.artifactory_host,
        repository=settings.repository,
        upstream_image=settings.upstream_image,
        control_image=settings.control_image,
        platform=settings.platform,
        vantage=settings.vantage,
        no_direct=settings.no_direct,
        pull=settings.pull,
        download=settings.download,
        timeout=settings.timeout,
        fail_on=settings.fail_on,
    )


def _image(_label: str, value: str) -> Reference:
    try:
        reference = parse_reference(value)
    except UnusableReference as problem:
        raise UsageProblem(_one_line("IMAGE", problem.problem, problem.suggestion)) from None
    if reference.port is not None and not 0 < reference.port < 65536:
        raise UsageProblem(f"IMAGE: {reference.port} is no port; write HOST:443 or leave it out")
    if same_host(reference.host, "cgr.dev"):
        shape = f"HOST/REPOSITORY-KEY/{reference.path}"
        raise UsageProblem(f"IMAGE names cgr.dev itself; write it as it is pulled through Artifactory: {shape}")
    return reference


def _upstream(label: str, value: str) -> str:
    try:
        return str(parse_upstream(value))
    except UnusableReference as problem:
        why = problem.problem.partition("; write")[0]
        raise UsageProblem(_one_line(label, why, problem.suggestion or "org/name[:tag or @digest]")) from None


def _upstream_image(label: str, value: str) -> str:
    text = _upstream(label, value)
    if "/" not in text.partition("@")[0]:
        raise UsageProblem(f"{label} names no organization; write org/name[:tag or @digest], as chainguard/{text}")
    return text


def _one_line(label: str, problem: str, better: str | None) -> str:
    text = f"{label}{problem.removeprefix('IMAGE')}" if problem.startswith("IMAGE") else f"{label}: {problem}"
    return f"{text}; write {better}" if better else text


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    return lambda label, value: choice(label, value, allowed)


def _each(read: Callable[[str, str], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
    return lambda label, values: tuple(
        read(label, value) for value in ([values] if isinstance(values, str) else values)
    )


def _glob(label: str, value: str) -> str:
    if not value.strip():
        raise UsageProblem(f"{label} takes a pattern of check ids, for example {label} 'fields.*'")
    return value.strip()


def _as_is(_label: str, value: Any) -> Any:
    return value


READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "image": _image,
    "artifactory_url": artifactory_url,
    "repository": repository_key,
    "upstream_image": _upstream_image,
    "control_image": _upstream_image,
    "platform": image_platform,
    "vantage": _one_of("client", "artifactory"),
    "no_direct": _as_is,
    "pull": _as_is,
    "download": _as_is,
    "only": _each(_glob),
    "skip": _each(_glob),
    "timeout": seconds,
    "upstream_timeout": seconds,
    "deadline": seconds,
    "cacert": certificates,
    "connect_to": _each(lambda _label, value: parse_connect_to(value)),
    "docker_config": directory,
    "ask": _as_is,
    "format": _one_of("text", "json", "markdown", "html", "junit"),
    "output": _each(output),
    "fail_on": _one_of("warn", "fail"),
    "quiet": _as_is,
    "verbose": _as_is,
    "no_color": _as_is,
}
"""Every option by the name it has in a settings file (with dashes there), IMAGE included."""


def resolve(
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    config_file: str | None = None,
    *,
    recorded: Mapping[str, Any] | None = None,
    recorded_in: str = "",
) -> Settings:
    """The settings of a run. `options` holds what stood on the command line, keyed like `READERS`.

    `config_file` is the value of `--config`. `recorded` are options of an earlier report, which count less than the
    environment and more than the settings file. Raises UsageProblem, one line, for anything that cannot be used.
    """
    values: dict[str, Any] = {}
    given: dict[str, str] = {}
    for name, value in options.items():
        _take(values, given, name, value, _spelling(name), "command line")
    for name, (variable, value) in _environment(environ, values.get("image")).items():
        _take(values, given, name, value, variable, f"environment {variable}")
    for name, value in (recorded or {}).items():
        if name != "image":
            refuse_unfit(f"report {shown(recorded_in)}", name.replace("_", "-"), value)
        _take(values, given, name, value, _spelling(name), f"report {recorded_in}")
    path, stored = read_settings_file(config_file, environ)
    for name, value in stored.items():
        _take(values, given, name, value, f"{_spelling(name)[2:]} in {shown(str(path))}", f"settings file {path}")
    return settled(values, given)


def settled(values: Mapping[str, Any], given: Mapping[str, str]) -> Settings:
    """Settings from read values: names become fields, and one option's default follows another's value."""
    fitting = dict(values)
    origins = dict(given)
    if "no_color" in fitting:
        fitting["color"] = not fitting.pop("no_color")
        origins["color"] = origins.pop("no_color")
    if "output" in fitting:
        fitting["outputs"] = fitting.pop("output")
        origins["outputs"] = origins.pop("output")
    _settle_loudness(fitting, origins)
    if fitting.get("pull") or fitting.get("download"):
        fitting.setdefault("deadline", 600.0)
    return Settings(**fitting, given=origins)


def _settle_loudness(values: dict[str, Any], given: dict[str, str]) -> None:
    """Of -q and -v the one on the command line counts; both there contradict each other."""
    values["verbose"] = int(values.get("verbose", 0))
    if values.get("quiet") and values["verbose"]:
        if given["quiet"] == given["verbose"]:
            raise UsageProblem("-q and -v exclude each other; give one of them")
        weaker = "verbose" if given["quiet"] == "command line" else "quiet"
        values[weaker] = 0 if weaker == "verbose" else False


def _take(values: dict[str, Any], given: dict[str, str], name: str, value: Any, label: str, origin: str) -> None:
    if name not in values:
        values[name] = READERS[name](label, value)
        given[name] = origin


def _spelling(name: str) -> str:
    return "--" + name.replace("_", "-")


def _environment(environ: Mapping[str, str], image: Reference | None) -> dict[str, tuple[str, Any]]:
    """Options by environment variable; an empty variable counts as not set."""
    found: dict[str, tuple[str, Any]] = {}
    own, jfrog = environ.get("CGRDOCTOR_ARTIFACTORY_URL"), environ.get("JF_URL")
    if own:
        found["artifactory_url"] = ("CGRDOCTOR_ARTIFACTORY_URL", own)
    elif jfrog and image and same_host(host_of(jfrog.strip()), image.host):
        found["artifactory_url"] = ("JF_URL", jfrog)
    if environ.get("DOCKER_CONFIG"):
        found["docker_config"] = ("DOCKER_CONFIG", environ["DOCKER_CONFIG"])
    if environ.get("NO_COLOR"):
        found["no_color"] = ("NO_COLOR", True)
    return found
