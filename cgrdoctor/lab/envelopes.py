"""The bodies in which Artifactory and its reverse proxy put an error."""

from __future__ import annotations

import json

from starlette.responses import Response

PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


def rest_error(status: int, message: str, **headers: str) -> Response:
    """Artifactory's REST envelope, printed as Jackson does."""
    body = json.dumps({"errors": [{"status": status, "message": message}]}, indent=2, separators=(",", " : "))
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, shown, "application/json")


def proxy_page(status: int, title: str) -> Response:
    """A page of the reverse proxy's own."""
    return Response(PAGE.format(title=f"{status} {title}"), status, {"Server": "nginx/1.24.0"}, "text/html")
