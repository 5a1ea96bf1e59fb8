"""A proxy on the way that compresses JSON, whatever the client said it takes."""

from __future__ import annotations

import gzip
import zlib

from starlette.responses import Response


def compressed(response: Response, coding: str) -> Response:
    """The response as such a proxy hands it on; what has no body of JSON stays as it is."""
    body = bytes(response.body)
    if not body or "json" not in response.headers.get("content-type", ""):
        return response
    packed = gzip.compress(body) if coding == "gzip" else zlib.compress(body)
    made = Response(packed, response.status_code)
    kept = [pair for pair in response.raw_headers if pair[0].lower() not in (b"content-length", b"content-encoding")]
    added = (("content-encoding", coding), ("content-length", str(len(packed))))
    made.raw_headers = [*kept, *((name.encode(), value.encode()) for name, value in added)]
    return made
