"""Words that an engine has to take as they stand: each has a language of its own that it reads them in first."""

from __future__ import annotations

import re

_JINJA = re.compile(r"\{(?=[{%#])")
_ACTIONS = "${{"


def kubernetes(word: str) -> str:
    """A word of a container's `args`, in which `$(NAME)` stands for a variable, a Secret's too."""
    return word.replace("$", "$$")


def ansible(text: str) -> str:
    """A text of a playbook, in which Jinja evaluates what stands in braces."""
    return _JINJA.sub("{{ '{' }}", text)


def github(text: str) -> str:
    """A text of a workflow, in which an expression stands in `${{ }}`."""
    return text.replace(_ACTIONS, f"${{{{ '{_ACTIONS}' }}}}")
