"""`docker info` as it is printed for people, in the shape that the engine's API gives it."""

from __future__ import annotations

import re
from typing import Any

RECOGNIZED = re.compile(r"^[ \t]*(?:Server Version|Storage Driver|Docker Root Dir|Insecure Registries):", re.MULTILINE)
WITHOUT_ENGINE = re.compile(r"^[ \t]*Debug Mode(?: \(client\))?:", re.MULTILINE)
"""What the client's part has too, which stands there alone where no engine answered."""

TEXTS = {
    "server version": "ServerVersion",
    "storage driver": "Driver",
    "operating system": "OperatingSystem",
    "ostype": "OSType",
    "architecture": "Architecture",
    "http proxy": "HttpProxy",
    "https proxy": "HttpsProxy",
    "no proxy": "NoProxy",
    "name": "Name",
}
_LINE = re.compile(r"([A-Za-z][A-Za-z0-9 _()/-]{0,60}):(?:[ \t](.*))?")
LISTS = ("insecure registries", "registry mirrors", "security options")


def engine_of(text: str) -> dict[str, Any]:
    """What `GET /info` would have answered of what we read; empty where no engine's part is there."""
    found: dict[str, Any] = {}
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    status: list[list[str]] = []
    under, depth = "", 0
    for line in text.splitlines():
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if under in LISTS and bare and indent > depth:
            lists[under].append(bare)
            continue
        read = _LINE.fullmatch(bare)
        if read is None:
            continue
        name, value = read[1].lower(), (read[2] or "").strip()
        if under == "storage driver" and indent > depth:
            status.append([read[1], value])
            continue
        under, depth = name, indent
        if name in TEXTS and value:
            found.setdefault(TEXTS[name], value)
    if "ServerVersion" not in found:
        return {}
    insecure = lists["insecure registries"]
    found["RegistryConfig"] = {
        "InsecureRegistryCIDRs": [one for one in insecure if "/" in one],
        "IndexConfigs": {one: {"Secure": False} for one in insecure if "/" not in one},
        "Mirrors": lists["registry mirrors"],
    }
    return {**found, "SecurityOptions": lists["security options"], "DriverStatus": status}
