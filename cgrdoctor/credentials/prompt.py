"""Asks for a user name and a password on the terminal, without blocking the event loop."""

from __future__ import annotations

import getpass
import sys

from cgrdoctor.net.threads import in_daemon_thread


async def ask(what: str) -> tuple[str, str] | None:
    """User name and password, None if either was left empty or input ended."""
    return await in_daemon_thread(_ask, what, name="prompt")


def _ask(what: str) -> tuple[str, str] | None:
    sys.stderr.write(f"User name for {what} (empty for none): ")
    sys.stderr.flush()
    username = sys.stdin.readline().strip()
    if not username:
        return None
    try:
        password = getpass.getpass(f"Password or token for {what}: ", stream=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        return None
    return (username, password) if password else None
