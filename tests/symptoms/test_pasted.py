"""Texts as people paste them: events, logs of builds, lists; who printed them and what they can mean stays the same
with colours, Windows line ends, and with what the logs of a build put before each line.
"""

import re
import textwrap
from pathlib import Path

import pytest

from cgrdoctor.engine.discovery import load
from cgrdoctor.symptoms.normal import normal
from cgrdoctor.symptoms.read import meaning

PASTED = Path(__file__).with_name("pasted.txt").read_text(encoding="utf-8")
"""Parts, each headed `=== CLIENT[, LEG]: CODE...`: codes that the text can mean, none where it names no cause."""


def parts():
    for part in re.split(r"^=== ", PASTED, flags=re.MULTILINE)[1:]:
        head, _, text = part.partition("\n")
        who, _, codes = head.partition(":")
        client, _, leg = who.partition(", ")
        yield None if client == "-" else client, leg or None, codes.split(), text


def each_line(before):
    return lambda text: "\n".join(f"{before}{line}" for line in text.splitlines())


def wrapped(line):
    """As a mail program breaks it; of a log the quoted message is no longer found then."""
    return textwrap.fill(line, 72, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)


PARTS = list(parts())


def broken(text, width):
    """As a terminal of that width shows it, and as its rows are copied; of many lines the breaks are not all known."""
    if text.count("\n") > 3 or text.startswith("NAME"):
        return text
    rows = [line[at : at + width] for line in text.splitlines() for at in range(0, max(len(line), 1), width)]
    return "\n".join(row.rstrip() for row in rows)


WORN = {
    "as it is": lambda text: text,
    "windows": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "coloured": lambda text: "\n".join(f"\x1b[31;1m{line}\x1b[0m" for line in text.splitlines()),
    "github": each_line("2026-11-28T10:11:12.1314151Z "),
    "azure": each_line("2026-11-28T10:11:12.1314151Z ##[error]"),
    "github's mark": each_line("::error::"),
    "jenkins": each_line("[2026-11-28T10:11:12.131Z] "),
    "clock": each_line("10:11:12 "),
    "gitlab": lambda text: "\x1b[0Ksection_start:1764324672:prepare_executor\r\x1b[0K" + text,
    "gitlab's clock": each_line("2026-11-28T10:11:12.131415Z 00O "),
    "compose": each_line("web-1  | "),
    "mail": each_line("> "),
    "indented": each_line("        "),
    "fenced": lambda text: f"```\n{text}\n```\n",
    "typeset": lambda text: re.sub(r'"(?=\w)', "\u201c", text).replace('"', "\u201d").replace(" ", "\xa0"),
    "in a terminal of 80 columns": lambda text: broken(text, 80),
    "in a terminal of 120 columns": lambda text: broken(text, 120),
    "in a mail of 72 columns": lambda text: text if "\n" in text.strip() or "level=" in text else wrapped(text),
}


@pytest.fixture(scope="module", name="legs")
def _legs():
    return {name: code.leg for name, code in load().codes.items()}


@pytest.mark.parametrize(
    ("client", "leg", "codes", "text"), PARTS, ids=[f"{at}-{row[0]}" for at, row in enumerate(PARTS)]
)
def test_who_printed_it_and_what_it_can_mean(client, leg, codes, text, legs):
    found = meaning(text, legs)

    assert found.client == client
    assert set(codes) <= set(found.codes)
    assert bool(codes) == bool(found.codes)
    assert leg in (None, found.leg)
    assert found.leg == (legs[found.codes[0]] if len({legs[code] for code in found.codes}) == 1 else None)
    assert not set(found.codes) & set(found.not_codes)


@pytest.mark.parametrize("worn", WORN)
def test_what_stands_around_it_changes_nothing(worn, legs):
    changed = [
        (one.client, other.client, text[:60])
        for _, _, _, text in PARTS
        for one, other in [(meaning(text, legs), meaning(WORN[worn](text), legs))]
        if (one.client, one.reference, one.leg, one.codes) != (other.client, other.reference, other.leg, other.codes)
    ]

    assert not changed


@pytest.mark.parametrize(
    ("younger", "older"),
    [
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "x509: certificate signed by unknown authority"),
        ("unexpected status from HEAD request to https://a.test/v2/k/i/manifests/1: 403 Forbidden", "pulling from host a.test failed with status code [manifests 1]: 403 "),
        ("unexpected status code [manifests 1]: 401 Unauthorized", "pulling from host a.test failed with status code [manifests 1]: 401 "),
        ("failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://a.test/v2/token: 401 Unauthorized", "failed to authorize: failed to fetch oauth token: unexpected status: 401 "),
    ],
)  # fmt: skip
def test_versions_of_containerd_say_the_same(younger, older, legs):
    event = 'Failed to pull image "a.test/k/i:1": rpc error: code = Unknown desc = failed to pull and unpack image "a.test/k/i:1": failed to resolve reference "a.test/k/i:1": '

    assert meaning(event + younger, legs).codes == meaning(event + older, legs).codes


def test_a_repeated_attempt_says_what_the_last_one_says():
    words = "initializing source docker://a.test/k/i:1: reading manifest 1 in a.test/k/i: manifest unknown"

    assert normal(f"WARN[0003] Failed, retrying in 1s ... (1/3). Error: {words}\nError: {words}") == normal(
        f"Error: {words}"
    )
