"""A failed pull as it is judged, with the questions that are asked of it."""

from __future__ import annotations

import re
from typing import Literal

from cgrdoctor.net.step import Step
from cgrdoctor.net.storage import CacheEntry
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.causes.observed import Observed
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.token.pull_token import TOKEN_USER
from cgrdoctor_checks.remedies.commands import UNKNOWN_KEY

Control = Literal["works", "cached", "same", "other", "unknown"]

Credential = Literal["same", "other", "unknown"]


class Case(Observed, frozen=True):
    """The facts of a run, as one repository shows them.

    `member` is the member of a virtual repository that is judged in its place, `behind` the case it is taken from.
    """

    member: str | None = None
    behind: Case | None = None

    @property
    def failures(self) -> tuple[Step, ...]:
        """Every step of this run that failed on the way through this repository, that of the pull first."""
        steps = (
            *(step for step in self.through.pull.steps if step.name != "ping"),
            self.control.pull.failed if self.control else None,
            self.tags.step if self.tags else None,
            self.control_tags.step if self.control_tags else None,
            *(self.again.tries if self.again else ()),
        )
        return tuple(step for step in steps if step is not None and not step.ok)

    @property
    def control_state(self) -> Control:
        """How the control image fares through the same repository: does it fail in the same way?

        `cached` is a success that shows nothing of the way upstream.
        """
        if self.control is None:
            return "unknown"
        if self.control.works and self.symptom == "upstream-token" and self._another_may_serve_the_control:
            return "unknown"
        if not self.control.works:
            return "same" if symptom(self.control.pull.failed) == self.symptom else "other"
        if self.control_tags is not None:
            return "works" if self.control_tags.step.ok else "cached"
        return "cached" if self.control.fetched_afresh() is False else "works"

    @property
    def _another_may_serve_the_control(self) -> bool:
        """Through a virtual repository the control image may come by another remote than the one without a token."""
        return self.virtual is True and (self.remotes is None or len(self.remotes.chainguard) > 1)

    @property
    def credential(self) -> Credential:
        """Whether the direct arm's credential is the remote's: `same` where its user name is readable and equal.

        The user name that goes with every short-lived Chainguard token says nothing about whose it is.
        """
        mine = self.login.username if self.login else ""
        if self.settings is None or not mine or mine == TOKEN_USER:
            return "unknown"
        return "same" if any((remote.username or "") == mine for remote in self.settings.remotes) else "other"

    @property
    def same_credential(self) -> bool:
        """Whether what cgr.dev says of our credential it says of the remote's."""
        return self.credential == "same"

    @property
    def remote_anonymous(self) -> bool | None:
        """Whether the remotes have no user name; None where that is not readable."""
        return None if self.settings is None else not any(remote.username for remote in self.settings.remotes)

    @property
    def virtual(self) -> bool | None:
        """Whether the repository is a virtual one; None where its class is not known."""
        known = self.configuration is not None and self.configuration.repository_class
        return self.configuration.virtual if self.configuration is not None and known else None

    @property
    def subject(self) -> str:
        """The repository key, as far as it is known, else the host."""
        return self.member or self.target.repository or self.target.registry_host

    @property
    def cache_key(self) -> str:
        """The remote whose cache is meant: the member, the first remote behind a virtual, else the repository."""
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
    def remote_key(self) -> str:
        """The remote whose settings count: among several the one with a user name, else the repository itself."""
        remotes = self.settings.remotes if self.settings else ()
        return next((remote.key for remote in remotes if remote.username), remotes[0].key if remotes else self.subject)

    def spelled(self, key: str) -> str:
        """A key for a command: a host, which stands for a repository nobody could name, is none."""
        return UNKNOWN_KEY if key == self.target.registry_host else key

    @property
    def evidence(self) -> tuple[str, ...]:
        """The exchanges of both arms and of the control."""
        failed = (self.failed.exchange,) if self.failed else ()
        facts = (
            *(self.control, self.content, self.control_tags, self.tags, self.direct),
            *(self.organization, self.egress, self.blob_test, self.trace),
        )
        return tuple(dict.fromkeys((*failed, *evidence_of(*facts))))


_STATUS = re.compile(r"(?:HTTP[ /]?[\d.]*[ :]*)?(\d{3})\b[\s:.\u2013-]*")


def quoted(step: Step | None) -> str:
    """Artifactory's own words, short, for a summary."""
    if step is None:
        return "no answer"
    words = step.message or step.title or step.problem or (step.failure.message if step.failure else "")
    status = f"HTTP {step.status}" if step.status else step.failure.stage if step.failure else "no answer"
    told = once(step.status, " ".join(words.split()))
    return f"{status}: {cut(told, 320)}" if told else status


def once(status: int | None, words: str) -> str:
    """Words without the status in front of them, which is told already."""
    told = _STATUS.match(words)
    return words[told.end() :] if told is not None and told[1] == str(status) else words
