"""Which repositories the login that pulls can see, where another login reads the REST API.

Artifactory can hide the existence of what a user may not read: every answer is then 404, as for what is not there
(JFrog docs: Hide Existence of Unauthorized Resources). The list of repositories holds what a user may read and nothing
else, so that two lists tell a missing right from a missing image.
"""

from __future__ import annotations

from collections.abc import Sequence

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.step import Step
from cgrdoctor.privacy.secret import Credential
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

DOUBTFUL = ("unfound", "forbidden", "unauthorized")
"""Symptoms of a manifest that a missing right can have."""


class PullerView(Fact, frozen=True, kw_only=True):
    """Of the keys that the REST credential sees on the way of this pull, those that `username` does not see.

    `unseen` begins with the key of the reference, if that is among them; `keys` are all that were compared.
    """

    observed_from = "artifactory"

    step: Step
    username: str = ""
    keys: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def shut_out(self) -> bool:
        """Whether no way is left: the key itself is not seen, or no remote behind it."""
        behind = self.keys[1:]
        return self.keys[0] in self.unseen or (bool(behind) and set(behind) <= set(self.unseen))


@probe()
async def puller_view(
    rest: ArtifactoryRest,
    keyring: Keyring,
    target: Target,
    through: PullThrough,
    listed: RepositoryList,
    remotes: Remotes | None,
) -> PullerView:
    """GET /api/repositories with the login that pulls, once, after its pull was refused."""
    failed = through.pull.failed
    if failed is None or failed.name != "manifest" or symptom(failed) not in DOUBTFUL:
        raise NotNeeded("the pull itself tells")
    if listed.find(target.repository) is None or target.repository is None:
        raise NotNeeded("the repository is not in the list of whoever reads the settings")
    login = (await keyring.registry()).credential
    _refuse_the_same(login, await rest.credential(), rest.host)
    reply = await rest.get("api/repositories", query={"packageType": _type_of(listed, target.repository)}, login=login)
    if not reply.step.ok or not isinstance(reply.json, list):
        raise Unobservable("Artifactory does not show the login that pulls a list of repositories")
    seen = {str(row.get("key")) for row in reply.array if isinstance(row, dict)}
    keys = _on_the_way(target.repository, remotes)
    return PullerView(
        exchanges=(reply.step.exchange,),
        step=reply.step,
        username=login.username if login else "",
        keys=keys,
        unseen=tuple(key for key in keys if key not in seen),
    )


def _refuse_the_same(login: Credential | None, reader: Credential | None, host: str) -> None:
    """Two users have to be there, and the secret of the one that pulls has to belong to the host of the REST API."""
    if login is None or reader is None:
        raise NotNeeded("there is no second login to compare")
    same = login.secret == reader.secret or (login.username and login.username == reader.username)
    if same:
        raise NotNeeded("the same login pulls and reads the settings")
    if login.kind not in ("basic", "bearer") or not login.secret.belongs_to(host):
        raise Unobservable("the login that pulls is not one for Artifactory's REST API")


def _on_the_way(key: str, remotes: Remotes | None) -> tuple[str, ...]:
    behind: Sequence[str] = [one.key for one in remotes.chainguard] if remotes and remotes.virtual else ()
    return (key, *behind)


def _type_of(listed: RepositoryList, key: str) -> str:
    row = listed.find(key)
    return row.package_type if row is not None and row.package_type else "docker"
