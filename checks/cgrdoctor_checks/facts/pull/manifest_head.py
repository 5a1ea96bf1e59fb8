"""HEAD of the manifest beside GET: docker, containerd and BuildKit ask by HEAD first.

Docker's classic store goes on with GET whatever HEAD answers; containerd and BuildKit do after 405 alone (moby's and
containerd's source, 2026). podman, skopeo and CRI-O ask by GET.
"""

from __future__ import annotations

from typing import Literal

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.pull import Wanted, endpoint_of
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

Difference = Literal["", "method", "refused", "digest", "media-type", "size"]
"""How HEAD departs from GET; `method` is a plain 405, after which every client goes on with GET."""


class ManifestHead(Fact, frozen=True, kw_only=True):
    """What HEAD told, and GET beside it; of a second try where the first differed, because a tag may move between.

    `difference` is what stays. `tries` counts how often both were asked.
    """

    observed_from = "artifactory"

    head: Step
    got: Step
    difference: Difference = ""
    tries: int = 1

    @property
    def stops(self) -> bool:
        """Whether a client that goes by HEAD is stopped."""
        return self.difference not in ("", "method")


@probe()
async def manifest_head(
    http: Http, keyring: Keyring, target: Target, platform: WantedPlatform, through: PullThrough
) -> ManifestHead:
    """Only where GET brought the manifest; both are asked once more only where they differ.

    Then HEAD goes first: of two nodes that take turns, each has met both by then.
    """
    head, got = through.pull.head, through.pull.step("manifest")
    if head is None or got is None or not got.ok:
        raise NotNeeded("GET brought no manifest")
    exchanges: tuple[str, ...] = (head.exchange, got.exchange)
    departs = difference(head, got)
    if departs in ("", "method") or (head.failure is not None and head.failure.kind == "timeout"):
        return ManifestHead(exchanges=exchanges, head=head, got=got, difference=departs)
    endpoint = endpoint_of(f"https://{target.registry_host}", await keyring.registry())
    wanted = Wanted(target.registry_path, target.selector, platform.parsed, "manifest", http.upstream_timeout)
    again, then = await Puller(http, endpoint, through.pull.step("ping")).head_first(wanted)
    exchanges = (*exchanges, again.exchange, then.exchange)
    kept = then if then.ok else got
    return ManifestHead(exchanges=exchanges, head=again, got=kept, difference=difference(again, kept), tries=2)


def difference(head: Step, got: Step) -> Difference:
    """How HEAD departs from a GET that brought the manifest; what HEAD does not say is no difference.

    Without a digest or a size clients go by GET (containerd's source), so that what else HEAD says does not count, but
    for a page. A size of zero is what many a gateway makes of an answer without a body, and no size.
    """
    if head.status == 405:
        return "method"
    if not head.ok or head.status != 200:
        return "refused"
    page = "html" in (head.content_type or "")
    if not page and not (head.claimed_digest and head.size):
        return ""
    if head.claimed_digest != got.claimed_digest and _other_digest(head.claimed_digest or "", got.digest or ""):
        return "digest"
    if head.content_type and got.content_type and head.content_type != got.content_type:
        return "media-type"
    packed = head.header("content-encoding") or got.header("content-encoding")
    return "size" if got.size and head.size != got.size and not packed else ""


def _other_digest(told: str, computed: str) -> bool:
    """Only digests of one algorithm can be compared."""
    return bool(told) and told.partition(":")[0] == computed.partition(":")[0] and told.lower() != computed
