"""JSON, base64 and keys as the Go programs read them that docker is made of."""

import base64
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cgrdoctor.credentials import docker_file, go_decoder
from cgrdoctor.credentials.docker_file import STRUCTURE, Entry, load, standard_base64, taken_apart
from cgrdoctor.credentials.docker_keys import host_of_key, match, near_misses
from cgrdoctor.credentials.go_decoder import Node, NotGoJson, place_of, read

HOST = "acme.jfrog.io"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def plain(node: Node):
    """A node as Python's json would give it."""
    if node.kind == "object":
        return {key: plain(value) for key, value in node.value}
    if node.kind == "array":
        return [plain(one) for one in node.value]
    return json.loads(node.value) if node.kind == "number" else node.value


@given(VALUES, st.booleans(), st.sampled_from([None, 1]), st.sampled_from(["", " x", "}", "\n{}"]))
def test_what_python_writes_is_read_whatever_follows(value, ascii_only, indent, rest):
    if not isinstance(value, dict | list | str):
        value = [value]
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    assert plain(read(f"\n {text}{rest}".encode("utf-8", "replace"))) == json.loads(
        text.encode("utf-8", "replace").decode("utf-8", "replace")
    )


def outcome(content):
    """What is read, or where not."""
    try:
        return read(content)
    except NotGoJson as error:
        return error


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\u0d8 tfn-1.e\n', max_size=40).map(str.encode))
@example(b'{"a":"\\ud83d\\ude00\\ud800"}')
def test_what_is_read_is_what_python_reads_and_the_rest_has_a_place(content):
    """A number at the top is cut short by Python where it goes wrong; inside of brackets both agree."""
    found = outcome(b"[" + content)
    text = f"[{content.decode('utf-8', 'replace')}"

    if isinstance(found, Node):
        json.JSONDecoder().raw_decode(text)
    else:
        assert 0 <= found.at <= len(content) + 1
        assert place_of(content, found.at).startswith("line ")
        with pytest.raises(ValueError, match=r"."):
            json.JSONDecoder().raw_decode(text)


@pytest.mark.parametrize(
    ("content", "said", "place"),
    [
        (b'{"a":1,}', "invalid character '}' looking for beginning of object key string", "line 1, column 8"),
        (b'{\n "a" 1}', "invalid character '1' after object key", "line 2, column 6"),
        (b'{"a":1 "b"}', "invalid character '\"' after object key:value pair", "line 1, column 8"),
        (b"[1 2]", "invalid character '2' after array element", "line 1, column 4"),
        (b'{"a":tru}', "invalid character '}' in literal true (expecting 'e')", "line 1, column 9"),
        (b'{"a":"\x01"}', r"invalid character '\x01' in string literal", "line 1, column 7"),
        (b'{"a":"\n"}', r"invalid character '\n' in string literal", "line 1, column 7"),
        (b'{"a":"\\x"}', "invalid character 'x' in string escape code", "line 1, column 8"),
        (b'{"a":"\\u00g"}', r"invalid character 'g' in \u hexadecimal character escape", "line 1, column 11"),
        (b"[1.]", "invalid character ']' after decimal point in numeric literal", "line 1, column 4"),
        (b"[1e]", "invalid character ']' in exponent of numeric literal", "line 1, column 4"),
        (b"[-a]", "invalid character 'a' in numeric literal", "line 1, column 3"),
        (b"\xc2\xa0{}", "invalid character 'Â' looking for beginning of value", "line 1, column 1"),
        (b'{"a":"\\', "unexpected EOF", "line 1, column 8"),
        (b"[" * 10_001, "exceeded max depth", "line 1, column 10001"),
    ],
)
def test_go_s_own_words_and_the_place(content, said, place):
    with pytest.raises(NotGoJson) as caught:
        read(content)

    assert caught.value.why == said
    assert place_of(content, caught.value.at) == place


def test_reading_takes_time_in_proportion():
    def seconds(size):
        content = b'{"a": "' + b"\\u00e9\\n" * size + b'", "b": [' + b"1," * size + b"1]}"
        begun = time.process_time()
        go_decoder.read(content)
        return time.process_time() - begun

    seconds(100)
    assert seconds(20_000) < 40 * max(seconds(2_000), 0.001)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"AUTHS": {"h": {"AUTH": "YTpi"}}}', Entry("a", "b")),
        ('{"auth\u017f": {"h": {"username": "a", "pa\u017f\u017fword": "b"}}}', Entry("a", "b")),
        ('{"auths": {"h": {"username": "x"}, "h": {"password": "b"}}}', Entry("", "b")),
        ('{"auths": {"h": {"password": "b"}}, "auths": {"g": {}}}', Entry("", "b")),
        ('{"auths": {"h": {"password": "b"}}, "auths": null}', None),
        ('{"auths": {"h": {"auth": "YTpi", "auth": null}}}', Entry("a", "b")),
        ('{"auths": {"h": {"auth": "YTpi", "auth": ""}}}', Entry()),
        ('{"auths": {"h": {"auth": "YTpi", "username": "c", "password": "d"}}}', Entry("a", "b")),
        ('{"auths": {"h": {"auth": "YTpi"}}, "plugins": {"x": {"enabled": true}}}', Entry(auth="YTpi")),
        ('{"auths": {"h": {"username": "a", "password": "b"}}, "features": {"x": true}}', Entry("a", "b")),
        ('{"auths": {"h": {"auth": "YTpi"}}, "unknown": [true, {"a": 5}]}', Entry("a", "b")),
        ('{"auths": {"h": "YTpi"}}', Entry()),
        ('{"auths": {"h": {"auth": "YTpi", "email": 5}}}', Entry(auth="YTpi")),
        (" \n", None),
        ("", None),
        ("null", None),
        ("[]", None),
    ],
)
def test_members_of_any_case_given_twice_and_of_wrong_types(content, expected):
    assert load(content.encode()).auths.get("h") == expected


def test_a_configuration_out_of_all_proportion_is_not_read():
    found = load(b'{"auths": {' + b'"a": {},' * STRUCTURE + b'"b": {}}}')

    assert found.wrong is not None
    assert not found.auths


@given(st.binary(max_size=300))
def test_any_bytes_are_a_configuration_or_wrong(content):
    found = load(content)

    assert found.wrong is None or len(found.wrong.why) < 400


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_docker_login_writes_is_taken_apart(user, password):
    packed = base64.b64encode(f"{user}:{password}".encode("utf-8", "replace")).decode()
    name, _, rest = f"{user}:{password}".encode("utf-8", "replace").decode().partition(":")

    found = taken_apart(packed)

    assert found == (name, rest.strip("\0")) if name else isinstance(found, str)


@given(st.binary(max_size=40), st.lists(st.integers(0, 60), max_size=4))
def test_line_breaks_in_base64_count_for_nothing(content, places):
    packed = bytearray(base64.b64encode(content))
    for place in places:
        packed[min(place, len(packed)) : min(place, len(packed))] = b"\r\n"

    assert standard_base64(bytes(packed)) == content


@pytest.mark.parametrize(
    ("packed", "at"),
    [
        (b"alice:x", 5),
        (b"YWxpY2U6cD4_d35-", 11),
        (b"YWxpY2U6QWRtMW4tcGFzc3cwcmQ", 24),
        (b"YWxpY2U6QWRtMW4tcGFzc3cwcmQ= ", 28),
        (b"=", 0),
        (b"YQ=", 3),
        (b"YQ=a", 2),
        (b"YQ==\nYQ==", 5),
        (b"YWI", 0),
        (b"YW\nI=I", 5),
    ],
)
def test_where_go_says_that_base64_is_illegal(packed, at):
    assert standard_base64(packed) == at


@pytest.mark.parametrize(
    ("key", "host"),
    [
        (f"http://{HOST}:443/v1/", f"{HOST}:443"),
        (f"ftp://{HOST}/x", HOST),
        (f"https://user@{HOST}/", HOST),
        (f"https://{HOST}?x=1", HOST),
        (f"https://{HOST}:/", HOST),
        (f"HTTPS://{HOST}", HOST),
        ("https://[fd00::1]:5000/v2/", "[fd00::1]:5000"),
        (f"{HOST}/a/b", HOST),
        (f"{HOST}?x", f"{HOST}?x"),
        (f"https://{HOST}/%zz", "https:"),
        (f"https://{HOST}:x/", "https:"),
        (f"https://{HOST} /", "https:"),
        (f" https://{HOST}", " https:"),
    ],
)
def test_a_key_comes_down_to_a_host_as_net_url_reads_it(key, host):
    assert host_of_key(key) == host


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_key_has_a_host_and_a_difference_or_none(key, host):
    assert isinstance(host_of_key(key), str)
    assert len(near_misses([key], host, "place", [key])) <= 1
    assert match([key], key) == (key,)


def test_an_entry_does_not_print_its_secret():
    assert "secret" not in repr(Entry("a", "secret"))
    assert "secret" not in repr(docker_file.load(b'{"auths": {"h": {"password": "secret"}}}'))
    assert "secret" not in repr(read(b'"secret"'))
