"""What cannot be used is refused with status 2 and one line, which repeats no secret that stood in it."""

from __future__ import annotations

import random
from urllib.parse import quote

import pytest
from canaries import canary, seen
from inside import typed
from places import HOST, Home
from runs import sampled
from test_secrets import ODD

from cgrdoctor.config.options import ROWS

IMAGE = f"{HOST}/cgr-private/acme.com/python:3.12"
VALUED = [row for row in ROWS.values() if row.takes_value and row.spelling != "IMAGE"]
OPTIONS = (*(spelling for row in VALUED for spelling in row.spellings), "--quite")
SETTINGS = tuple(row.name for row in VALUED if row.in_file and not row.takes.is_path)
VARIABLES = ("CGRDOCTOR_ARTIFACTORY_URL", "JF_URL")
URLS = {
    "url": "https://alice:{}@" + HOST,
    "encoded": "https://alice:{%}@" + HOST + "/artifactory",
    "no-scheme": "alice:{}@" + HOST + "/k/o/i:1",
    "token": "https://{%}@" + HOST,
    "at-end": HOST + "/k/o/i:1@{}@x",
}
LINES = {
    "value": '{name} = "https://alice:{}@h.test/"',
    "unclosed": '{name} = "{}',
    "list": '{name} = ["{}", 3, {{}}]',
    "password": 'password = "{}"\n{name} = "x"',
    "bare": "{name} = {}",
    "twice": 'timeout = 5\ntimeout = "{}"\n{name} = 1',
    "number": '{name} = 5 # {}\nuser = "{}"',
    "escape": '{name} = "\\q{}"',
}


def secret_of(name: str) -> tuple[str, object]:
    chance = random.Random(name)
    one = canary(3, "".join(chance.choices([odd for odd in ODD if odd not in "@/"], k=3)))
    return one.text, one


CASES = [(option, shape) for option in ("IMAGE", *OPTIONS) for shape in URLS]


@pytest.mark.parametrize(("option", "shape"), sampled(CASES, 4))
def test_a_word_that_holds_a_secret_is_not_repeated(tmp_path, option, shape):
    text, one = secret_of(option + shape)
    value = URLS[shape].replace("{}", text).replace("{%}", quote(text, safe=""))
    words = [value] if option == "IMAGE" else [IMAGE, option, value]
    done = typed(words, Home(tmp_path).settled())

    assert seen([one], done.stdout + done.stderr) == []
    assert (done.status, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("variable", "shape"), [(one, shape) for one in VARIABLES for shape in ("url", "encoded", "token")]
)
def test_a_variable_that_holds_a_secret_is_not_repeated(tmp_path, variable, shape):
    text, one = secret_of(variable + shape)
    value = URLS[shape].replace("{}", text).replace("{%}", quote(text, safe=""))
    done = typed([IMAGE], Home(tmp_path, {variable: value}).settled())

    assert seen([one], done.stdout + done.stderr) == []
    assert (done.status, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(("name", "line"), sampled([(name, line) for name in SETTINGS for line in LINES], 6))
def test_a_settings_file_is_not_quoted(tmp_path, name, line):
    text, one = secret_of(name + line)
    text = "".join(char for char in text if char.isprintable() and char not in '"\\')
    file = tmp_path / "settings.toml"
    content = LINES[line].replace("{name}", name).replace("{{}}", "{a = 1}").replace("{}", text)
    file.write_text(content, encoding="utf-8")
    done = typed([IMAGE, "--config", str(file)], Home(tmp_path).settled())

    assert seen([one], done.stdout + done.stderr) == []
    assert (done.status, done.stdout, done.stderr.count("\n")) == (2, "", 1)
