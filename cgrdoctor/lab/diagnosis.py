"""What Artifactory tells of itself: its connection test, and the trace of a request (Artifactory OSS 6.20)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from cgrdoctor.lab.remote import Remote
from cgrdoctor.lab.upstream import Client, UpstreamError
from cgrdoctor.lab.world import Artifactory, Repository, User

HEAD = """Request ID: 3f2c0a1b
Repo Path ID: {key}:{path}
Method Name: GET
User: {user}
Time: {now}
Thread: http-nio-8081-exec-7
Steps:{space}
{now} Received request
"""


class Diagnosis:
    """Both endpoints over the state of one Artifactory."""

    def __init__(self, state: Artifactory, remotes: Mapping[str, Remote], client: Client) -> None:
        self.state = state
        self.remotes = remotes
        self.client = client

    async def verify(self, request: Request, user: User | str | None) -> Response:
        """`POST /api/system/verifyconnection`: for administrators, and not in every version."""
        if not self.state.verifies_connections:
            return PlainTextResponse("Not Found", 404)
        if request.method != "POST":
            return PlainTextResponse("Method Not Allowed", 405)
        if not isinstance(user, User) or not user.admin:
            return PlainTextResponse("Forbidden", 403)
        url = str(json.loads(await request.body()).get("endpoint", ""))
        try:
            reply = await self.client.touch(url)
        except UpstreamError as problem:
            return _said(f"Could not verify connection to endpoint: {url} --> {problem}")
        if reply.status < 300:
            return PlainTextResponse("Successfully connected to endpoint")
        body = reply.body[:200].decode("utf-8", "replace")
        return _said(f"Received error from endpoint url: {url} --> {reply.status}: {body}")

    def trace(self, key: str, path: str, user: User | str | None) -> Response:
        """`GET /<key>/<path>?trace`: always 200, and nothing is fetched."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        name = user.name if isinstance(user, User) else "anonymous"
        text = HEAD.format(key=key, path=path, user=name, now=now, space=" ")
        return PlainTextResponse(text + "".join(f"{now} {line}\n" for line in self._decisions(key, path)))

    def _decisions(self, key: str, path: str) -> list[str]:
        repository = self.state.repository(key)
        if repository is None:
            return ["Repository does not exist - returning unfound resource"]
        if repository.rclass == "virtual":
            return [line for member in repository.members for line in self._decisions(member, path)]
        remote = self.remotes.get(key)
        return [f"Retrieving info from {key}"] + (self._of_remote(repository, remote, path) if remote else [])

    def _of_remote(self, repository: Repository, remote: Remote, path: str) -> list[str]:
        import time

        if remote.settings["blackedOut"]:
            return [f"Download denied (The repository '{repository.key}' is blacked out) - returning unfound resource"]
        if not remote.accepts(path):
            return ["Download denied (rejected by include/exclude patterns) - returning unfound resource"]
        if path in remote.cache:
            return ["Found resource in local cache - returning cached resource"]
        if remote.settings["offline"]:
            return ["Repository is offline and the resource doesn't exist in the local cache"]
        if remote.offline_until > time.time():
            return ["Repository is assumed offline and the resource doesn't exist in the local cache"]
        if not remote.settings["enableTokenAuthentication"]:
            return ["Received status {} (message: 401) on remote info request - returning unfound resource"]
        if path in remote.pages:
            return [
                "Mismatching mime types found in request: application/json and response: text/html",
                "Returning unfound resource",
            ]
        return ["Resource is in the missed retrieval cache - returning unfound resource"]


def _said(message: str) -> Response:
    body = json.dumps({"errors": [{"status": 400, "message": message}]}, indent=2, separators=(",", " : "))
    return Response(body, 400, media_type="application/json")
