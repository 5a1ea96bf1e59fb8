"""Everything a judgement about a failed pull rests on, in one value, with the questions that are asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cgrdoctor import Rival
from cgrdoctor.model import Owner
from cgrdoctor.net.registry import Step
from cgrdoctor_checks.artifactory.caller import Caller
from cgrdoctor_checks.artifactory.remotes import AdminView, Remotes
from cgrdoctor_checks.artifactory.symptom import Symptom, symptom
from cgrdoctor_checks.cache.parts import CacheParts
from cgrdoctor_checks.cache.state import CacheEntry, CacheState
from cgrdoctor_checks.direct.arm import DirectControl, DirectPull, DirectSpelling, Organization, Verdict
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.pull.members import MemberPulls
from cgrdoctor_checks.pull.through import ControlPull, PullThrough, UpstreamTags
from cgrdoctor_checks.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.reference.target import Target
from cgrdoctor_checks.token.login import ChainguardLogin
from cgrdoctor_checks.token.pull_token import PullToken

Control = Literal["works", "same", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Case:
    """The facts; what was not observed is None.

    `member` is the member of a virtual repository that is judged in its place, `behind` the case it is taken from.
    """

    target: Target
    through: PullThrough
    control: ControlPull | None = None
    tags: UpstreamTags | None = None
    direct: DirectPull | None = None
    direct_control: DirectControl | None = None
    spelling: DirectSpelling | None = None
    organization: Organization | None = None
    settings: AdminView | None = None
    cache: CacheState | None = None
    login: ChainguardLogin | None = None
    token: PullToken | None = None
    caller: Caller | None = None
    remotes: Remotes | None = None
    members: MemberPulls | None = None
    parts: CacheParts | None = None
    member: str | None = None
    behind: Case | None = None

    @property
    def failed(self) -> Step | None:
        """The step of the pull that failed."""
        return self.through.pull.failed

    @property
    def symptom(self) -> Symptom:
        """What the failed step shows; `ok` where none failed."""
        return "ok" if self.failed is None else symptom(self.failed)

    @property
    def at_manifest(self) -> bool:
        """Whether it was the manifest of the reference itself that failed."""
        return self.failed is not None and self.failed.name == "manifest"

    @property
    def control_state(self) -> Control:
        """How the control image fares through the same repository: does it fail in the same way?"""
        if self.control is None:
            return "unknown"
        if self.control.works:
            return "works"
        return "same" if symptom(self.control.pull.failed) == self.symptom else "other"

    @property
    def verdict(self) -> Verdict | None:
        """cgr.dev's own answer, None where it was not asked or not reached."""
        return None if self.direct is None or self.direct.verdict == "unreachable" else self.direct.verdict

    @property
    def private(self) -> bool:
        """Whether the image belongs to another organization than the free one."""
        path = self.direct.path if self.direct else self.target.upstream_path
        first, slash, _ = path.partition("/")
        return bool(slash) and first != FREE_ORGANIZATION

    @property
    def same_credential(self) -> bool:
        """Whether the direct arm's credential is the remote's: its user name is readable and equal."""
        mine = self.login.username if self.login else ""
        return bool(mine) and any((r.username or "") == mine for r in (self.settings.remotes if self.settings else ()))

    @property
    def remote_anonymous(self) -> bool | None:
        """Whether the remotes have no user name; None where that is not readable."""
        return None if self.settings is None else not any(remote.username for remote in self.settings.remotes)

    @property
    def subject(self) -> str:
        """The repository key, as far as it is known, else the host."""
        return self.member or self.target.repository or self.target.registry_host

    @property
    def cache_key(self) -> str:
        """The remote whose cache is meant: the member, the only remote behind a virtual, else the repository."""
        behind = self.remotes.chainguard if self.remotes and self.remotes.virtual else ()
        return self.member or (behind[0].key if behind else self.subject)

    @property
    def cached(self) -> CacheEntry | None:
        """The manifest that the cache of this repository, or of a virtual's members, held before the pull."""
        if self.cache is None:
            return None
        behind = [remote.key for remote in (self.remotes.remotes if self.remotes else ())]
        return self.cache.of([self.member] if self.member else behind or list(self.cache.keys))

    @property
    def image(self) -> str:
        """The image as cgr.dev names it."""
        separator = "@" if self.target.digest else ":"
        path = self.direct.path if self.direct else self.target.upstream_path
        return f"{path}{separator}{self.target.selector}"

    @property
    def evidence(self) -> tuple[str, ...]:
        """The exchanges of both arms and of the control."""
        failed = (self.failed.exchange,) if self.failed else ()
        return tuple(dict.fromkeys((*failed, *evidence_of(self.control, self.tags, self.direct, self.organization))))


def rival(code: str, excluded_by: str, who: Owner, subject: str = "") -> Rival:
    """Another explanation, and what would exclude it."""
    return Rival(code=code, would_be_excluded_by=excluded_by, who=who, subject=subject)


def quoted(step: Step | None) -> str:
    """Artifactory's own words, short, for a summary."""
    if step is None:
        return "no answer"
    words = step.message or step.title or step.problem or (step.failure.message if step.failure else "")
    status = f"HTTP {step.status}" if step.status else step.failure.stage if step.failure else "no answer"
    return f"{status}: {' '.join(words.split())[:320]}" if words else status
