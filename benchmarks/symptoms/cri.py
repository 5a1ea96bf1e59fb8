"""PullImage of the container runtime interface, as a kubelet calls it: one gRPC request over a Unix socket."""

from __future__ import annotations

import socket
import struct
import time
from pathlib import Path
from urllib.parse import unquote

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, ResponseReceived, StreamEnded, StreamReset, TrailersReceived

CODES = {2: "Unknown", 4: "DeadlineExceeded", 5: "NotFound", 7: "PermissionDenied", 12: "Unimplemented", 13: "Internal"}
CODES |= {9: "FailedPrecondition", 14: "Unavailable", 16: "Unauthenticated"}


def pull(path: Path, image: str, login: tuple[str, str] | None, patience: float) -> str | None:
    """What the kubelet says if the runtime cannot pull; None if it could, `(silence)` if it still waits."""
    message = _text(1, _text(1, image.encode()))
    if login is not None:
        message += _text(2, _text(1, login[0].encode()) + _text(2, login[1].encode()))
    until = time.monotonic() + patience
    try:
        code, words = _call(path, "/runtime.v1.ImageService/PullImage", message, patience)
        while "not initialized yet" in words and time.monotonic() < until:
            time.sleep(0.2)
            code, words = _call(path, "/runtime.v1.ImageService/PullImage", message, patience)
    except TimeoutError:
        return "(silence)"
    if code == 0:
        return None
    return f'Failed to pull image "{image}": rpc error: code = {CODES.get(code, code)} desc = {words}'


def _text(number: int, value: bytes) -> bytes:
    """A length-delimited field of a protocol buffer."""
    length, size = len(value), b""
    while length > 127:
        size += bytes((length & 127 | 128,))
        length >>= 7
    return bytes((number << 3 | 2,)) + size + bytes((length,)) + value


def _call(path: Path, method: str, message: bytes, patience: float) -> tuple[int, str]:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(patience)
        peer.connect(str(path))
        http = H2Connection(H2Configuration(header_encoding="utf-8", validate_inbound_headers=False))
        http.initiate_connection()
        names = (":method", ":scheme", ":path", ":authority", "content-type", "te")
        values = ("POST", "http", method, "localhost", "application/grpc", "trailers")
        http.send_headers(1, list(zip(names, values, strict=True)))
        http.send_data(1, struct.pack(">BI", 0, len(message)) + message, end_stream=True)
        peer.sendall(http.data_to_send())
        return _answer(peer, http)


def _answer(peer: socket.socket, http: H2Connection) -> tuple[int, str]:
    status: dict[str, str] = {}
    while True:
        data = peer.recv(65536)
        if not data:
            raise OSError("the runtime hung up")
        for event in http.receive_data(data):
            if isinstance(event, (ResponseReceived, TrailersReceived)):
                status |= {str(name): str(value) for name, value in event.headers or ()}
            if isinstance(event, DataReceived):
                http.acknowledge_received_data(event.flow_controlled_length, event.stream_id or 1)
            if isinstance(event, (StreamEnded, StreamReset)):
                return int(status.get("grpc-status", 2)), unquote(status.get("grpc-message", ""))
        peer.sendall(http.data_to_send())
