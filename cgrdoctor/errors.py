"""Every error this package raises on purpose.

CgrdoctorError
|-- UsageProblem             command line, settings file or IMAGE unusable: exit status 2
|-- OutputProblem            a report could not be written: exit status 3
|-- DeclarationProblem       a probe or check is declared in a way that cannot work: a bug of its author
|   `-- PlanProblem          the declared graph has a cycle, a missing or a doubled maker
|-- Unobservable             a probe cannot see its fact from here, a check has nothing to judge by
|-- NotNeeded                a probe's fact does not exist for this target, or would no longer tell anything
`-- SecretProblem            a secret was about to leave for a place it does not belong to
"""

from __future__ import annotations


class CgrdoctorError(Exception):
    """Base of all; `str()` is one line for people and never holds a secret."""


class UsageProblem(CgrdoctorError):
    """The command line, the settings file or IMAGE cannot be used. The text says what and how to write it."""


class OutputProblem(CgrdoctorError):
    """A requested output could not be written. The text names the path and the reason."""


class DeclarationProblem(CgrdoctorError):
    """A probe or check is declared in a way that cannot work. The text names the function and the parameter."""


class PlanProblem(DeclarationProblem):
    """The graph of probes and checks cannot run: a cycle, a missing maker, or two makers of one fact."""


class Unobservable(CgrdoctorError):
    """Raised by a probe that cannot see its fact from here, or by a check whose facts do not tell; `reason` is shown.

    A check that yields nothing says that all is well, so one that could not look says so instead.

    `unlocked_by` says, for people, what would make it visible (for example "an admin's access token").
    """

    def __init__(self, reason: str, unlocked_by: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unlocked_by = unlocked_by


class NotNeeded(CgrdoctorError):
    """Raised by a probe whose fact does not exist for this target, or could no longer change the answer; by a check
    that does not apply to this target."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SecretProblem(CgrdoctorError):
    """A secret was asked for on behalf of a host it was not stored for, or was about to be serialised."""
