"""What a pull asks for and what came of it, kept as data."""

from __future__ import annotations

from typing import Literal

import msgspec

from cgrdoctor.credentials.model import Found
from cgrdoctor.model import Struct
from cgrdoctor.net.authorization import Withheld, withheld_of
from cgrdoctor.net.manifest import Platform
from cgrdoctor.net.step import Step, StepName
from cgrdoctor.privacy.secret import Credential, canonical_host


class Layer(Struct, frozen=True, kw_only=True):
    """A layer as the manifest names it; `size` in bytes."""

    digest: str
    size: int
    media_type: str = ""


class Pull(Struct, frozen=True, kw_only=True):
    """A whole pull. `offered` lists the index's platforms; `platform_found` is None when there was no index.

    `anonymous` says that no request carried a login, `withheld` why the one at hand was not sent; None if there was
    none, or nobody asked for one. `username` is that of the login at hand. `head` is what HEAD of the manifest told,
    where it was asked for after a GET that brought it; it is no step of the pull.
    """

    host: str
    repository: str
    selector: str
    steps: tuple[Step, ...] = ()
    digest: str | None = None
    media_type: str | None = None
    offered: tuple[str, ...] = ()
    platform: str | None = None
    platform_found: bool | None = None
    platform_digest: str | None = None
    config_digest: str | None = None
    layers: tuple[Layer, ...] = ()
    anonymous: bool = True
    withheld: Withheld | None = None
    username: str = ""
    head: Step | None = None

    @property
    def failed(self) -> Step | None:
        """The first step after the ping that did not do its work."""
        return next((step for step in self.steps if not step.ok and step.name != "ping"), None)

    @property
    def works(self) -> bool:
        """Whether everything asked for arrived and a platform fits."""
        return bool(self.digest) and self.failed is None and self.platform_found is not False

    def step(self, name: StepName) -> Step | None:
        """The last step of that name."""
        return next((step for step in reversed(self.steps) if step.name == name), None)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The exchanges of all steps, and of HEAD."""
        return tuple(step.exchange for step in (*self.steps, *((self.head,) if self.head is not None else ())))


class Wanted(msgspec.Struct, frozen=True):
    """What to pull: repository path below `/v2/`, tag or digest, platform; `depth` how far to go, `head` whether to ask
    by HEAD as well, as docker, containerd and BuildKit do first.
    """

    repository: str
    selector: str
    platform: Platform
    depth: Literal["manifest", "platform", "blobs", "everything"] = "blobs"
    first_byte: float | None = None
    scope: str | None = None
    head: bool = False


class Endpoint(msgspec.Struct, frozen=True):
    """A registry's API root without the trailing `v2/`, and who to be there, or why nobody although a login is set."""

    base: str
    credential: Credential | None = None
    withheld: Withheld | None = None

    @property
    def host(self) -> str:
        return canonical_host(self.base.partition("://")[2].partition("/")[0])


def endpoint_of(base: str, found: Found) -> Endpoint:
    """An endpoint, and the login that was found for it."""
    return Endpoint(base, found.credential, withheld_of(found))
