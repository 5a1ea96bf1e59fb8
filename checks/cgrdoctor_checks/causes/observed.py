"""Everything a judgement about a failed pull rests on, in one value, with what it says of the image."""

from __future__ import annotations

import msgspec

from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.puller_view import PullerView
from cgrdoctor_checks.facts.artifactory.remotes import AdminView, Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.artifactory.symptom import Symptom, symptom
from cgrdoctor_checks.facts.cache.parts import CacheParts
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import DirectControl, DirectPull, Organization, Verdict
from cgrdoctor_checks.facts.direct.spelling import DirectSpelling
from cgrdoctor_checks.facts.pull.artifactory_trace import Trace
from cgrdoctor_checks.facts.pull.connection_test import BlobHostTest, EgressTest
from cgrdoctor_checks.facts.pull.control_content import ControlContent
from cgrdoctor_checks.facts.pull.control_tags import ControlTags
from cgrdoctor_checks.facts.pull.retries import SecondLook
from cgrdoctor_checks.facts.pull.second_control import SecondControl
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough
from cgrdoctor_checks.facts.pull.upstream_tags import UpstreamTags
from cgrdoctor_checks.facts.pull.virtual_members import MemberPulls
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import ChainguardLogin
from cgrdoctor_checks.facts.token.pull_token import PullToken


class Observed(msgspec.Struct, frozen=True):
    """The facts; what was not observed is None."""

    target: Target
    through: PullThrough
    control: ControlPull | None = None
    control_tags: ControlTags | None = None
    tags: UpstreamTags | None = None
    direct: DirectPull | None = None
    direct_control: DirectControl | None = None
    spelling: DirectSpelling | None = None
    organization: Organization | None = None
    settings: AdminView | None = None
    cache: CacheState | None = None
    login: ChainguardLogin | None = None
    token: PullToken | None = None
    again: SecondLook | None = None
    configuration: RepositoryConfiguration | None = None
    egress: EgressTest | None = None
    blob_test: BlobHostTest | None = None
    content: ControlContent | None = None
    second: SecondControl | None = None
    trace: Trace | None = None
    caller: Caller | None = None
    puller: PullerView | None = None
    remotes: Remotes | None = None
    members: MemberPulls | None = None
    parts: CacheParts | None = None
    invocation: Invocation | None = None

    @property
    def failed(self) -> Step | None:
        """The step of the pull that failed."""
        return self.through.pull.failed

    @property
    def symptom(self) -> Symptom:
        """What the failed step shows; `ok` where none failed."""
        return "ok" if self.failed is None else symptom(self.failed)

    @property
    def verdict(self) -> Verdict | None:
        """cgr.dev's own answer, None where it was not asked or not reached."""
        if self.direct is None or self.direct.verdict == "unreachable":
            return None
        if self.direct.verdict == "bad-request":
            return self._bad_request()
        return self.direct.verdict

    def _bad_request(self) -> Verdict:
        """400 to a token request: the credential's fault if the control image gets it too, else the path's."""
        if self.direct_control is None or self.direct_control.verdict == "unreachable":
            return "unclear"
        doomed = self.direct_control.verdict in ("bad-request", "token-expired")
        return "token-expired" if doomed else "organization-unknown"

    @property
    def path(self) -> str:
        """The image as cgr.dev names it, a Project ID put in front, without tag or digest."""
        return self.direct.path if self.direct else self.target.upstream_path

    @property
    def organization_name(self) -> str:
        """First segment of the path, empty if it has only one."""
        first, slash, _ = self.path.partition("/")
        return first if slash else ""

    @property
    def private(self) -> bool:
        """Whether the image belongs to another organization than the free one."""
        return self.organization_name not in ("", FREE_ORGANIZATION)

    @property
    def pinned(self) -> bool:
        """Whether the reference names a digest."""
        return self.target.digest is not None

    @property
    def image(self) -> str:
        """The image as cgr.dev names it."""
        return f"{self.path}{'@' if self.target.digest else ':'}{self.target.selector}"
