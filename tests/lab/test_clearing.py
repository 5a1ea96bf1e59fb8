"""What the lab's Artifactory does where its cache is cleared by REST: no sockets, upstream is what the world says it has."""

import asyncio

import httpx
import pytest

from cgrdoctor.lab import FAULTS
from cgrdoctor.lab.artifactory import Server
from cgrdoctor.lab.content import content
from cgrdoctor.lab.upstream import Reply
from cgrdoctor.lab.world import ADMIN, BOB

PATH, TAG = "acme.com/python", "3.12"
FOLDER = f"cgr-private-cache/{PATH}"
ADMINS = {"Authorization": f"Bearer {ADMIN.token}"}


class Upstream:
    """cgr.dev without a network."""

    def __init__(self, world):
        self.images = {image.path: image for image in world.chainguard.images}

    def look_for(self, url):
        """HEAD passes."""

    async def get(self, url, **_login):
        path, kind, name = url.partition("/v2/")[2].rsplit("/", 2)
        image = self.images[path]
        made = content(image)
        if kind == "blobs":
            return Reply(200, made.blobs[name], httpx.Headers({"content-type": "application/octet-stream"}), url)
        digest = made.index if name in image.tags else name
        body, media_type = made.manifests[digest]
        return Reply(200, body, httpx.Headers({"content-type": media_type, "docker-content-digest": digest}), url)


class Instance:
    """One Artifactory of a world, asked in this process."""

    def __init__(self, world):
        self.made = content(next(image for image in world.chainguard.images if image.path == PATH))
        server = Server(world, Upstream(world))

        async def app(scope, receive, send):
            from starlette.requests import Request

            await (await server.answer(Request(scope, receive)))(scope, receive, send)

        self.transport = httpx.ASGITransport(app)

    def ask(self, method, path, headers=ADMINS, **more):
        async def asked():
            async with httpx.AsyncClient(transport=self.transport, base_url="https://acme.jfrog.io") as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(asked())

    def pulls(self):
        """Whether index, manifests, configs and layers come as cgr.dev has them."""
        base = f"/v2/cgr-private/{PATH}"
        wanted = {f"{base}/manifests/{TAG}": self.made.manifests[self.made.index]}
        wanted |= {f"{base}/manifests/{digest}": value for digest, value in self.made.manifests.items()}
        for path, (body, media_type) in wanted.items():
            answer = self.ask("GET", path)
            if (answer.content, answer.headers.get("content-type")) != (body, media_type):
                return False
        return all(self.ask("GET", f"{base}/blobs/{one}").content == body for one, body in self.made.blobs.items())

    def held(self, path):
        """The names below a folder of the cache, None where there is no such folder."""
        answer = self.ask("GET", f"/artifactory/api/storage/{path}")
        return [child["uri"] for child in answer.json()["children"]] if answer.status_code == 200 else None


def instance(name):
    return Instance(FAULTS[name].scenario().world)


def spelled(digest):
    return digest.replace("sha256:", "sha256__")


def config_and_manifest(made):
    """Of the first platform: digests."""
    import json

    manifest = json.loads(made.manifests[made.index][0])["manifests"][0]["digest"]
    return json.loads(made.manifests[manifest][0])["config"]["digest"], manifest


@pytest.mark.parametrize("name", ["cache-corrupt", "cache-poisoned-blob", "artifactory-content-lost"])
def test_a_blob_that_is_deleted_is_fetched_anew(name):
    here = instance(name)
    assert not here.pulls()

    for manifest in here.made.manifests:
        for blob in here.made.blobs:
            here.ask("DELETE", f"/artifactory/{FOLDER}/{spelled(manifest)}/{spelled(blob)}")

    assert here.pulls()


def test_a_folder_goes_with_all_that_is_below_it():
    here = instance("cache-incomplete-blob")
    config, manifest = config_and_manifest(here.made)
    assert here.ask("GET", f"/v2/cgr-private/{PATH}/blobs/{config}").status_code == 404

    done = here.ask("DELETE", f"/artifactory/{FOLDER}/{spelled(manifest)}")

    assert (done.status_code, done.content) == (204, b"")
    assert here.held(f"{FOLDER}/{spelled(manifest)}") is None
    assert here.pulls()


def test_the_page_that_is_deleted_makes_room_for_the_manifest():
    here = instance("cache-poisoned")
    assert not here.pulls()

    here.ask("DELETE", f"/artifactory/{FOLDER}/{TAG}")

    assert here.pulls()


def test_a_zap_forgets_misses_and_removes_nothing():
    here = instance("cache-incomplete")
    assert not here.pulls()

    done = here.ask("POST", f"/artifactory/api/zap/{FOLDER}")

    assert done.status_code == 200
    assert "zapping" in done.json()["Message"]
    assert here.held(f"{FOLDER}/{TAG}") == ["/list.manifest.json"]
    assert here.pulls()


def test_a_zap_makes_a_tag_be_compared_with_upstream():
    here = instance("cache-stale")
    assert not here.pulls()

    here.ask("POST", f"/artifactory/api/zap/{FOLDER}/{TAG}")

    assert here.pulls()


def test_a_zap_heals_no_file_that_never_changes():
    here = instance("cache-corrupt")

    here.ask("POST", f"/artifactory/api/zap/{FOLDER}")

    assert not here.pulls()


@pytest.mark.parametrize(("method", "path"), [("DELETE", FOLDER), ("POST", f"api/zap/{FOLDER}")])
def test_only_who_may_clears_the_cache(method, path):
    here = instance("missed-retrieval-cached")
    bob = {"Authorization": f"Bearer {BOB.token}"}

    assert here.ask(method, f"/artifactory/{path}", {}).status_code == 401
    assert here.ask(method, f"/artifactory/{path}", {"Authorization": "Bearer wrong"}).status_code == 401
    assert here.ask(method, f"/artifactory/{path}", bob).status_code == 403
    assert not here.pulls()


def test_what_is_not_there_cannot_be_cleared():
    here = instance("missed-retrieval-cached")

    assert here.ask("DELETE", f"/artifactory/{FOLDER}/none").status_code == 404
    assert here.ask("DELETE", f"/artifactory/cgr-private/{PATH}").status_code == 404
    assert here.ask("DELETE", "/artifactory/none-cache/a").status_code == 404
    assert here.ask("POST", f"/artifactory/api/zap/cgr-private/{PATH}").status_code == 400


def test_an_old_version_has_no_zap():
    here = Instance(FAULTS["missed-retrieval-cached"].scenario().world.artifactory_with(version="7.49.2"))

    assert here.ask("POST", f"/artifactory/api/zap/{FOLDER}").status_code == 404
    assert not here.pulls()
