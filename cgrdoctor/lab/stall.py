"""Answers whose large packets are lost on the way."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Send

PACKET = 400
"""Bytes of a body that pass."""


def stalling(send: Send, end: asyncio.Event) -> Send:
    """Lets small bodies pass, and of a large one the beginning; the rest never comes until the `end`."""

    async def stalled(message: Message) -> None:
        body = message.get("body", b"")
        large = message["type"] == "http.response.body" and len(body) > PACKET
        await send({**message, "body": body[:PACKET], "more_body": True} if large else message)
        if large:
            await end.wait()

    return stalled
