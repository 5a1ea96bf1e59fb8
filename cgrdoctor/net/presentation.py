"""A credential that an endpoint has refused is not presented to it again: repeated failures lock accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

T = TypeVar("T")


class Presentation(Generic[T]):
    """One credential at one endpoint. Who comes while the first answer is out waits; a refusal is everybody's."""

    def __init__(self) -> None:
        self._first = anyio.Lock()
        self._accepted = False
        self._refusal: T | None = None

    async def answer(self, present: Callable[[], Awaitable[T]], refuses: Callable[[T], bool]) -> T:
        """What `present` answers, or the refusal that it was answered before."""
        if self._accepted:
            return await present()
        async with self._first:
            if self._refusal is not None:
                return self._refusal
            found = await present()
            self._accepted = not refuses(found)
            self._refusal = None if self._accepted else found
            return found
