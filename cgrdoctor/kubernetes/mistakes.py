"""What people bring in place of what kubectl prints as YAML or JSON, and what to bring: for the end of a refusal."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

_FORMS = tuple(
    (re.compile(form, re.MULTILINE), said)
    for form, said in (
        (r"\A\s*Error from server \(NotFound\)", "kubectl found none of that name in that namespace: -n names another"),
        (r"\A\s*Error from server \(Forbidden\)", "kubectl may not read it: who may has to give it"),
        (r"\A\s*(?:Error|error)\b", "it is what kubectl says of an error"),
        (r"\A\s*No resources found", "kubectl found nothing there: -n names the namespace"),
        (r"\A\s*NAME(?:SPACE)?[ \t]", "it is kubectl's table: add -o yaml"),
        (r"\ALAST SEEN[ \t]", "it is kubectl's table: add -o yaml"),
        (r"\A\s*Name:[ \t]", "kubectl describe prints that: give kubectl get -o yaml"),
        (r'\A\s*\{\s*"auths"\s*:', "it is docker's configuration: give kubectl get secret NAME -o yaml"),
        (r"\A\s*(?:AccessDenied|Unable to connect)", "it is what kubectl says of an error"),
        (r"\{\{", "it is a template: give what kubectl get -o yaml prints"),
    )
)
_MADE_BY_ANOTHER = re.compile(r"\w{1,40}Secret|(?:Sealed|OnePassword|Infisical)\w{0,20}")
_ENCODED = re.compile(r"[A-Za-z0-9+/\s]{16,1000000}+={0,2}\s*+")


def what_it_is(text: str, kinds: Sequence[str]) -> str:
    """The end of a sentence; empty where that cannot be told. `kinds` are those of objects that were not used."""
    if any(_MADE_BY_ANOTHER.fullmatch(kind) for kind in kinds):
        return "; a controller makes the Secret of it: give kubectl get secret NAME -o yaml"
    if "Status" in kinds:
        return "; it is what the API server says of an error"
    if _is_data(text):
        return "; it is the data of a Secret alone: give kubectl get secret NAME -o yaml"
    said = next((said for form, said in _FORMS if form.search(text[:4096])), "")
    return f"; {said}" if said else ""


def _is_data(text: str) -> bool:
    bare = "".join(text[:4096].split()) if _ENCODED.fullmatch(text) else ""
    try:
        return base64.b64decode(bare[: len(bare) // 4 * 4]).lstrip().startswith(b"{")
    except (binascii.Error, ValueError):
        return False
