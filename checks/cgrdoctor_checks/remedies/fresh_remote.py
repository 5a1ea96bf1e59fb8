"""A fresh test remote for this target, as the last step where the cause lies in Artifactory or only a leg is known.

The guide's last resort: recreate the remote. A second one, made exactly as the guide says, shows whether it is the old
one's settings, without touching them. Free images need no credential; a pull token comes out of variables, through
standard input.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor import Command, Finding, Remedy
from cgrdoctor_checks.facts.artifactory.configuration import ROWS, Configuration
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies.commands import PULL_TOKEN, TRY_AGAIN, pull_once, rest, terraform_literal
from cgrdoctor_checks.remedies.rest_call import filled_in

TEST_KEY = "cgr-doctor-test"
UMBRELLAS = ("pull-through-failed", "upstream-failed")
STILL_FAILING = "Still failing? A fresh remote made by the guide shows whether another field of this one is wrong."
"""The test remote in a line, behind a remedy that is no guess."""
OF_THE_INSTANCE = (
    "not-artifactory",
    "artifactory-nodes-differ",
    "artifactory-rate-limited",
    "artifactory-resources-exhausted",
    "artifactory-unhealthy",
    "artifactory-storage-full",
    "artifactory-too-old",
    "artifactory-credentials-missing",
    "artifactory-credentials-rejected",
    "artifactory-permission-denied",
    "docker-api-not-routed",
    "token-realm-mismatch",
    "authorization-not-forwarded",
    "clock-skew",
    "gateway-timeout",
    "head-request-refused",
    "login-not-requested",
    "jfrog-cloud-instance-inactive",
    "jfrog-cloud-quota-exceeded",
    "sign-in-required",
)
"""Codes of leg `artifactory` under which a new remote would fail just the same: it is not the repository."""


def with_recreation(target: Target, finding: Finding, remote: Configuration | None = None) -> Finding:
    """The finding with the test remote appended to its remedy, where that can show something.

    `remote` is the one in use, as far as it may be read: its proxy is kept, because Artifactory may have no other way
    out. Warnings are left alone: what pulls needs no test.
    """
    if finding.severity != "fail":
        return finding
    if finding.code in UMBRELLAS:
        known = finding.remedy or Remedy(summary="Find out which of the rivals it is, then mend that")
        own = [command for command in known.commands if command.description != TRY_AGAIN]
        again = [command for command in known.commands if command.description == TRY_AGAIN]
        whole = replace(known, commands=(*own, *recreation(target, remote), *again))
        return replace(finding, remedy=whole)
    if finding.leg != "artifactory" or finding.code in OF_THE_INSTANCE or finding.remedy is None:
        return finding
    return replace(finding, remedy=replace(finding.remedy, steps=(*finding.remedy.steps, STILL_FAILING)))


def recreation(target: Target, remote: Configuration | None = None) -> tuple[Command, ...]:
    """By hand, by REST, in Terraform, with the JFrog CLI where its template takes all of it; then the pull to try."""
    fields = _fields(remote)
    private = (fields.get("dockerProjectId") or target.organization) != FREE_ORGANIZATION
    secrets = PULL_TOKEN if private else {}
    url = f"{target.artifactory_url}/api/repositories/{TEST_KEY}"
    return (
        Command(
            description="Last resort: a fresh test remote, by hand",
            command=_ui(fields, private),
            kind="ui",
            changes=True,
        ),
        Command(description="The same by REST", command=rest("PUT", url, fields, secrets), kind="rest", changes=True),
        Command(
            description="The same in Terraform", command=_terraform(fields, private), kind="terraform", changes=True
        ),
        *_by_the_cli(fields, secrets),
        pull_once("Then try", image_through_it(target)),
    )


def image_through_it(target: Target) -> str:
    """The image through the test remote, by the access method of the reference as far as a new key allows it."""
    separator = "@" if target.digest else ":"
    image = f"{target.upstream_path}{separator}{target.selector}"
    label, dot, domain = target.registry_host.partition(".")
    if target.access_method == "subdomain" and dot and label == target.repository:
        return f"{TEST_KEY}.{domain}/{image}"
    host = target.registry_host
    if target.access_method != "repository-path":
        host = target.artifactory_url.partition("://")[2].partition("/")[0]
    return f"{host}/{TEST_KEY}/{image}"


def _fields(remote: Configuration | None) -> dict[str, object]:
    """REST fields of the guide's remote, with what the way out and the reference need."""
    kept = {"proxy": remote.proxy, "dockerProjectId": remote.project_id} if remote is not None else {}
    return {
        "key": TEST_KEY,
        "rclass": "remote",
        "packageType": "docker",
        "url": "https://cgr.dev/",
        "includesPattern": "**/*",
        "enableTokenAuthentication": True,
        "blockMismatchingMimeTypes": True,
        **{name: value for name, value in kept.items() if value},
    }


def _ui(fields: dict[str, object], private: bool) -> str:
    login = (
        "the pull token's identity id as User Name, the token as Password" if private else "no User Name, no Password"
    )
    project = f", Project ID {fields['dockerProjectId']}" if "dockerProjectId" in fields else ""
    proxy = f", Proxy {fields['proxy']}" if "proxy" in fields else ""
    return (
        f"Administration > Repositories > Create a Repository > Remote > Docker: Repository Key {TEST_KEY}, "
        f"URL https://cgr.dev/, {login}, Include Patterns **/*, Enable Token Authentication checked{project}; "
        f"Advanced: Block Mismatching Mime Types checked{proxy}"
    )


def _terraform(fields: dict[str, object], private: bool) -> str:
    known = {row.field.name: row.field.attribute for row in ROWS.values()}
    values = {"key": terraform_literal(fields["key"])}
    values |= {
        known[name]: terraform_literal(value)
        for name, value in fields.items()
        if name not in ("key", "rclass", "packageType")
    }
    if private:
        values |= {"username": "var.chainguard_identity_id", "password": "var.chainguard_token"}
    width = max(map(len, values))
    lines = [f"  {name:<{width}} = {value}" for name, value in values.items()]
    return "\n".join(
        [f'resource "artifactory_remote_docker_repository" "{TEST_KEY.replace("-", "_")}" {{', *lines, "}"]
    )


def _by_the_cli(fields: dict[str, object], secrets: dict[str, str]) -> Iterator[Command]:
    """Nothing where one field is none of its own: `jf rt repo-create` refuses a template as a whole for that."""
    refused = {row.field.name for row in ROWS.values() if not row.field.jf}
    if refused.isdisjoint(fields):
        yield Command(
            description="The same with the JFrog CLI, its template on standard input",
            command=_template(fields, secrets),
            kind="shell",
            changes=True,
        )


def _template(fields: dict[str, object], secrets: dict[str, str]) -> str:
    """Values of a template are texts, also true and false (JFrog CLI: repository templates)."""
    texts = {name: str(value).lower() if isinstance(value, bool) else value for name, value in fields.items()}
    return f"{filled_in(texts, secrets)} |\n  jf rt repo-create /dev/stdin"
