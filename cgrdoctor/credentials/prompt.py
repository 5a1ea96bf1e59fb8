"""Asks for a user name and a password on the terminal, without blocking the event loop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cgrdoctor.net.threads import in_daemon_thread

if TYPE_CHECKING:
    from cgrdoctor.process.terminal import Terminal


class Prompt:
    """The terminal of a run. `leave` gives it back, from any thread, at the end of the run."""

    def __init__(self) -> None:
        self._terminal: Terminal | None = None

    async def ask(self, what: str) -> tuple[str, str] | None:
        """User name and password; None if either was left empty, input ended, or nobody is there to be asked."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        if sys.platform == "win32":
            return await in_daemon_thread(_ask_by_characters, what, name="prompt")
        terminal = self._terminal = self._terminal or _terminal()
        if terminal is None:
            return None
        try:
            return await in_daemon_thread(_ask, terminal, what, name="prompt")
        except BaseException:
            terminal.call_off()
            self._terminal = None
            raise

    def leave(self) -> None:
        """No more questions, and the terminal is as it was."""
        if self._terminal is not None:
            self._terminal.leave()


def _terminal() -> Terminal | None:
    """That of standard input, if this process is not in the background."""
    from cgrdoctor.process.terminal import Terminal, in_foreground

    descriptor = sys.stdin.fileno()
    return Terminal(descriptor, sys.stderr.fileno()) if in_foreground(descriptor) else None


def _ask(terminal: Terminal, what: str) -> tuple[str, str] | None:
    username = (terminal.ask(f"User name for {what} (empty for none): ", echo=True) or "").strip()
    if not username:
        return None
    password = terminal.ask(f"Password or token for {what}: ", echo=False)
    return (username, password) if password else None


def _ask_by_characters(what: str) -> tuple[str, str] | None:
    """Where a console is read character by character, so that its echo need not be turned off."""
    import getpass

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
