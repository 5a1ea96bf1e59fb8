"""cgr.dev and its blob host (Chainguard docs: registry errors, network requirements, pull token output)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cgrdoctor.lab.content import content
from cgrdoctor.lab.tokens import organization_id
from cgrdoctor.lab.world import BLOBS, CGR, Chainguard, Image, PullToken

CHALLENGE = f'Bearer realm="https://{CGR}/token",service="{CGR}"'
KEY = b"the lab's own signing key"
FREE = "chainguard"


def error(status: int, code: str, message: str, **headers: str) -> Response:
    """An OCI error body."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"errors": [{"code": code, "message": message}]}, status, shown)


@dataclass(frozen=True, slots=True)
class Registry:
    """cgr.dev over one state of Chainguard."""

    state: Chainguard

    async def answer(self, request: Request) -> Response:
        """Any request to cgr.dev."""
        path = request.url.path
        if self.state.rate_limited:
            return error(429, "TOOMANYREQUESTS", "too many requests", Retry_After="30")
        if self.state.outage:
            return error(503, "UNAVAILABLE", "service unavailable")
        if path == "/token":
            return self._token(request)
        if path == "/v2/":
            return self._ping(request)
        if path.startswith("/v2/"):
            return self._resource(request, path.removeprefix("/v2/"))
        return RedirectResponse(f"https://www.chainguard.dev{path}", 302)

    def _ping(self, request: Request) -> Response:
        if _bearer(request) is None:
            return error(401, "UNAUTHORIZED", "Authentication required", WWW_Authenticate=CHALLENGE)
        return JSONResponse({})

    def _token(self, request: Request) -> Response:
        scope = request.query_params.get("scope", "")
        who = _basic(request)
        token = self._identify(who)
        if who is not None and token is None:
            return error(403, "FORBIDDEN", "Forbidden")
        if scope == "registry:catalog:*":
            return self._grant(scope, token) if token else error(401, "UNAUTHORIZED", "Authentication required")
        path = scope.removeprefix("repository:").removesuffix(":pull")
        return self._decide(path, scope, token, presented=who is not None)

    def _decide(self, path: str, scope: str, token: PullToken | None, *, presented: bool) -> Response:
        if not path or not scope.startswith("repository:"):
            return error(403, "FORBIDDEN", "Forbidden")
        if token is not None and token.expires_in <= 0:
            return _invalid_argument("this identity's keys have expired")
        organization = self._organization(path)
        if organization is None:
            return _invalid_argument(f"unable to resolve {path.partition('/')[0]}")
        if organization == FREE:
            return error(403, "FORBIDDEN", "Forbidden") if path in self.state.paid else self._grant(scope, token)
        if not presented or token is None:
            return error(401, "UNAUTHORIZED", "Authentication required")
        if token.organization != organization:
            return error(403, "FORBIDDEN", "Forbidden")
        if not self._entitled(path) and self.state.refusal == "token":
            return error(403, "FORBIDDEN", "Forbidden")
        return self._grant(scope, token)

    def _grant(self, scope: str, token: PullToken | None) -> Response:
        who = token.username if token else ""
        return JSONResponse({"token": sign(f"{scope}|{who}"), "expires_in": 3600})

    def _resource(self, request: Request, path: str) -> Response:
        granted = _bearer(request)
        if granted is None:
            name = path.rpartition("/manifests/")[0] or path.rpartition("/blobs/")[0] or path.removesuffix("/tags/list")
            challenge = f'{CHALLENGE},scope="repository:{name}:pull"'
            return error(401, "UNAUTHORIZED", "Authentication required", WWW_Authenticate=challenge)
        scope, _, who = (unsign(granted) or "").rpartition("|")
        token = next((token for token in self.state.tokens if token.username == who), None)
        if path == "_catalog":
            return self._catalog(scope, token)
        for kind in ("/manifests/", "/blobs/"):
            name, found, reference = path.rpartition(kind)
            if found:
                return self._content(request, name, kind.strip("/"), reference, scope, token)
        name = path.removesuffix("/tags/list")
        return self._tags(request, name, scope, token) if name != path else error(404, "NAME_UNKNOWN", "not found")

    def _refused(self, name: str, scope: str, token: PullToken | None) -> Response | None:
        """403 for another scope, for a missing role, and for what the organization does not have."""
        if scope != f"repository:{name}:pull":
            return error(403, "FORBIDDEN", "Forbidden")
        private = self._organization(name) != FREE
        lacking = private and token is not None and not token.may_pull
        if lacking or (private and not self._entitled(name) and self._image(name) is not None):
            return error(403, "FORBIDDEN", f"caller does not have the required capabilities at {name}")
        return None

    def _content(
        self, request: Request, name: str, kind: str, reference: str, scope: str, token: PullToken | None
    ) -> Response:
        refused = self._refused(name, scope, token)
        if refused is not None:
            return refused
        image = self._image(name)
        if image is None:
            return error(404, "NAME_UNKNOWN", f"repository does not exist: {name}")
        if kind == "manifests" and name in self.state.denied:
            return error(403, "DENIED", self.state.denied[name])
        made = content(image)
        private = self._organization(name) != FREE
        if kind == "blobs" and private and token is not None and not token.may_fetch:
            return error(403, "FORBIDDEN", f"caller does not have the required capabilities at {name}")
        if kind == "blobs":
            if reference not in made.blobs:
                return error(404, "BLOB_UNKNOWN", "blob unknown to registry")
            return RedirectResponse(presigned(name, reference), 307)
        digest = reference if reference.startswith("sha256:") else made.index if self._has(image, reference) else ""
        if digest not in made.manifests:
            return error(404, "MANIFEST_UNKNOWN", "Unknown manifest")
        body, media_type = made.manifests[digest]
        return manifest(request, body, media_type, digest)

    def _has(self, image: Image, tag: str) -> bool:
        free = image.path.startswith(f"{FREE}/")
        return tag in image.tags and (not free or tag in ("latest", "latest-dev"))

    def _tags(self, request: Request, name: str, scope: str, token: PullToken | None) -> Response:
        refused = self._refused(name, scope, token)
        if refused is not None:
            return refused
        image = self._image(name)
        if image is None:
            return error(404, "NAME_UNKNOWN", f"repository does not exist: {name}")
        return tag_list(request, name, [tag for tag in image.tags if self._has(image, tag)])

    def _catalog(self, scope: str, token: PullToken | None) -> Response:
        if scope != "registry:catalog:*" or token is None:
            return error(403, "FORBIDDEN", "Forbidden")
        names = [image.path for image in self.state.images if image.path.startswith(f"{token.organization}/")]
        return JSONResponse({"repositories": [name for name in names if self._entitled(name)]})

    def _identify(self, who: tuple[str, str] | None) -> PullToken | None:
        known = (token for token in self.state.tokens if not token.revoked)
        return next((token for token in known if who == (token.username, token.password)), None)

    def _organization(self, path: str) -> str | None:
        first = path.partition("/")[0]
        return next((org for org in self.state.organizations if first in (org, organization_id(org))), None)

    def _entitled(self, path: str) -> bool:
        return self.state.catalog is None or path in self.state.catalog

    def _image(self, path: str) -> Image | None:
        return next((image for image in self.state.images if image.path == path), None)


def manifest(request: Request, body: bytes, media_type: str, digest: str, **headers: str) -> Response:
    """A manifest's answer, for GET and HEAD."""
    shown = {"Docker-Content-Digest": digest, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if request.method == "HEAD":
        return Response(None, 200, {**shown, "Content-Length": str(len(body))}, media_type)
    return Response(body, 200, shown, media_type)


def tag_list(request: Request, name: str, tags: list[str]) -> Response:
    """`tags/list` with pagination by a Link header (OCI distribution spec)."""
    last = request.query_params.get("last", "")
    left = [tag for tag in sorted(tags) if tag > last]
    wanted = request.query_params.get("n", "")
    page = left[: int(wanted)] if wanted.isdigit() else left
    more = len(page) < len(left) and bool(page)
    link = {"Link": f'</v2/{name}/tags/list?last={page[-1]}&n={wanted}>; rel="next"'} if more else {}
    return JSONResponse({"name": name, "tags": page}, 200, link)


def blob_host(state: Chainguard, request: Request) -> Response:
    """The presigned storage: GET only, no second authentication, Range understood."""
    if "authorization" in request.headers:
        return _xml(400, "InvalidArgument", "Only one auth mechanism allowed")
    if request.method != "GET" or not _signature_is_right(request):
        return _xml(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
    return stored(state, request)


def stored(state: Chainguard, request: Request) -> Response:
    """The blob whose digest ends the path, out of any object storage."""
    digest = f"sha256:{request.url.path.rpartition('/')[2].removeprefix('sha256:')}"
    for image in state.images:
        body = content(image).blobs.get(digest)
        if body is not None:
            return ranged(request, body)
    return _xml(404, "NoSuchKey", "The specified key does not exist.")


def ranged(request: Request, body: bytes, **headers: str) -> Response:
    """The bytes, or the part that a Range header asks for."""
    shown = {"Accept-Ranges": "bytes", **{name.replace("_", "-"): value for name, value in headers.items()}}
    first, dash, last = request.headers.get("range", "").removeprefix("bytes=").partition("-")
    if not dash or not first.isdigit():
        return Response(body, 200, shown, "application/octet-stream")
    begin = int(first)
    end = min(int(last), len(body) - 1) if last.isdigit() else len(body) - 1
    shown["Content-Range"] = f"bytes {begin}-{end}/{len(body)}"
    return Response(body[begin : end + 1], 206, shown, "application/octet-stream")


def presigned(name: str, digest: str) -> str:
    """A URL that opens one blob for a while."""
    path = f"/chainguard-registry/{name}/{digest.removeprefix('sha256:')}"
    signature = hmac.new(KEY, path.encode(), hashlib.sha256).hexdigest()
    return f"https://{BLOBS}{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature={signature}"


def _signature_is_right(request: Request) -> bool:
    wanted = hmac.new(KEY, request.url.path.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, request.query_params.get("X-Amz-Signature", ""))


def sign(text: str) -> str:
    """An opaque token that only this world can read back."""
    packed = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    mark = hmac.new(KEY, packed.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{packed}.{mark}"


def unsign(token: str) -> str | None:
    """What `sign` was given, None for a foreign token."""
    packed, _, mark = token.partition(".")
    if not hmac.compare_digest(mark, hmac.new(KEY, packed.encode(), hashlib.sha256).hexdigest()[:32]):
        return None
    return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()


def _basic(request: Request) -> tuple[str, str] | None:
    return basic_pair(request.headers.get("authorization", ""))


def basic_pair(value: str) -> tuple[str, str] | None:
    """User name and password of a Basic Authorization value."""
    scheme, _, packed = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        username, _, password = base64.b64decode(packed).decode().partition(":")
    except ValueError:
        return None
    return username, password


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def _invalid_argument(description: str) -> Response:
    return error(400, "BAD_REQUEST", f"rpc error: code = InvalidArgument desc = {description}")


def _xml(status: int, code: str, message: str) -> Response:
    return Response(
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>", status, media_type="application/xml"
    )


def secrets_of(state: Chainguard) -> list[str]:
    """Every secret this part of the world holds."""
    return [token.password for token in state.tokens]
