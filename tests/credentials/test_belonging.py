"""May this secret go to this host? A table of who named what, and the same as a property over made-up hosts."""

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cgrdoctor.config.naming import hosts_of, unsent_line
from cgrdoctor.config.settings import resolve
from cgrdoctor.credentials.keyring import Keyring, Places
from cgrdoctor.credentials.model import named_hosts
from cgrdoctor.net.authorization import authorization
from cgrdoctor.privacy.host_names import canonical_host, host_of, same_host
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.privacy.secret import Credential, Secret

KEY = "cgr-private/acme.com/python:3.12"
OWN = {
    "CGRDOCTOR_ARTIFACTORY_TOKEN": "own-artifactory-token",
    "CGRDOCTOR_REGISTRY_USER": "alice",
    "CGRDOCTOR_REGISTRY_PASSWORD": "own-registry-password",
    "CGRDOCTOR_CHAINGUARD_USER": "c",
    "CGRDOCTOR_CHAINGUARD_PASSWORD": "own-chainguard-password",
}
PROBED = (
    "acme.test", "ACME.test", "acme.test:443", "acme.test.", "acme.test:8443", "acme.test:80", "acme.test:4430", "key.acme.test",
    "key.acme.test:8443", "a.key.acme.test", "xacme.test", "acme.testx", "test", ".acme.test", "acme.test.evil.test", "evil.test",
    "acme.test@evil.test", "evil.test@acme.test", "acme.test:443@evil.test", "acme.test%2eevil.test", "acme.test/evil", "acme.test\\",
    "acme.test#", "acme.test?", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::1]:443",
    "[::1]:8443", "[0::1]:8443", "[::2]", "[::ffff:127.0.0.1]", "[::1%eth0]", "::1", "[", "[:", "cgr.dev", "cgr.dev.", "packages.cgr.dev", "acme.te\u017ft",
    "xn--bcher-kva.test", "b\u00fccher.test", "10.0.0.1", "x.10.0.0.1", "192.168.10.1", "",
)  # fmt: skip


def rows():
    """Image, options, variables, what a report and a settings file say; then who may hear both secrets."""
    one = {"acme.test", "ACME.test", "acme.test:443"}
    port, below = {"acme.test:8443"}, {"key.acme.test"}
    six = {"[::1]", "[0:0:0:0:0:0:0:1]", "[::1]:443", "::1"}
    yield f"acme.test/{KEY}", {}, {}, {}, one
    yield f"ACME.test:443/{KEY}", {}, {}, {}, one
    yield f"acme.test:8443/{KEY}", {}, {}, {}, port
    yield f"key.acme.test/{KEY}", {}, {}, {}, below
    yield f"key.acme.test/{KEY}", {"artifactory_url": "https://acme.test"}, {}, {}, one | below
    yield f"key.acme.test:8443/{KEY}", {"artifactory_url": "https://acme.test"}, {}, {}, one | {"key.acme.test:8443"}
    yield f"acme.test:8443/{KEY}", {"artifactory_url": "https://acme.test"}, {}, {}, one | port
    yield f"acme.test/{KEY}", {"artifactory_url": "https://acme.test:8443"}, {}, {}, one | port
    yield f"acme.test/{KEY}", {"artifactory_url": "https://key.acme.test"}, {}, {}, below
    yield f"xacme.test/{KEY}", {"artifactory_url": "https://acme.test"}, {}, {}, one
    yield f"acme.test.evil.test/{KEY}", {"artifactory_url": "https://acme.test"}, {}, {}, one
    yield f"evil.test/{KEY}", {}, {"CGRDOCTOR_ARTIFACTORY_URL": "https://acme.test"}, {}, one
    yield (
        f"acme.test/{KEY}",
        {"artifactory_url": "https://acme.test"},
        {"CGRDOCTOR_ARTIFACTORY_URL": "https://evil.test"},
        {},
        one,
    )
    yield f"acme.test/{KEY}", {}, {"JF_URL": "https://acme.test"}, {}, one
    yield f"acme.test/{KEY}", {}, {"JF_URL": "https://evil.test"}, {}, one
    yield None, {"artifactory_url": "https://acme.test"}, {}, {}, one
    yield None, {}, {}, {}, set()
    yield None, {}, {}, {"image": f"acme.test/{KEY}"}, set()
    yield None, {}, {"JF_URL": "https://acme.test"}, {"image": f"acme.test/{KEY}"}, set()
    yield None, {}, {}, {"image": f"acme.test/{KEY}", "artifactory_url": "https://acme.test"}, set()
    yield None, {"artifactory_url": "https://acme.test"}, {}, {"image": f"acme.test:8443/{KEY}"}, one
    yield None, {"artifactory_url": "https://acme.test"}, {}, {"image": f"key.acme.test/{KEY}"}, one
    yield f"[::1]/{KEY}", {}, {}, {}, six
    yield f"[0::1]:8443/{KEY}", {"artifactory_url": "https://[::1]"}, {}, {}, six | {"[::1]:8443", "[0::1]:8443"}
    yield f"[::2]/{KEY}", {"artifactory_url": "https://[::1]"}, {}, {}, six
    yield f"127.0.0.1/{KEY}", {}, {}, {}, {"127.0.0.1"}
    yield f"192.168.10.1/{KEY}", {"artifactory_url": "https://10.1"}, {}, {}, set()
    yield f"x.10.0.0.1/{KEY}", {"artifactory_url": "https://10.0.0.1"}, {}, {}, {"10.0.0.1"}
    yield f"acme.test/{KEY}", {"artifactory_url": "https://cgr.dev"}, {}, {}, set()
    yield f"xn--bcher-kva.test/{KEY}", {}, {}, {}, {"xn--bcher-kva.test"}


def credentials(image, options, environ, recorded, tmp_path):
    """Those of both roles, where they are found at all."""
    given = {**options, **({"image": image} if image else {})}
    around = {**OWN, **environ, "XDG_CONFIG_HOME": str(tmp_path)}
    settings = resolve(given, around, recorded=recorded, recorded_in="somebody.json")
    ring = Keyring(Places(around, tmp_path), Redaction(), hosts=hosts_of(settings))

    async def look():
        return await ring.rest(), await ring.registry(), await ring.chainguard()

    return [found.credential for found in anyio.run(look)]


@pytest.mark.parametrize(("image", "options", "environ", "recorded", "hosts"), list(rows()))
def test_who_may_hear_the_secrets_of_the_user(image, options, environ, recorded, hosts, tmp_path):
    rest, registry, chainguard = credentials(image, options, environ, recorded, tmp_path)

    for credential in (rest, registry):
        heard = {host for host in PROBED if credential is not None and credential.secret.belongs_to(host)}
        assert heard <= hosts
    both = {host for host in PROBED for one in (rest, registry) if one is not None and one.secret.belongs_to(host)}
    assert both == (hosts if rest or registry else set())
    assert {host for host in PROBED if chainguard.secret.belongs_to(host)} == {"cgr.dev"}


@pytest.mark.parametrize(("image", "options", "environ", "recorded", "hosts"), list(rows()))
def test_whoever_does_not_hear_them_is_told_of_in_one_line(image, options, environ, recorded, hosts, tmp_path):
    given = {**options, **({"image": image} if image else {})}
    settings = resolve(given, {"XDG_CONFIG_HOME": str(tmp_path), **environ}, recorded=recorded, recorded_in="s.json")
    line = unsent_line(hosts_of(settings), OWN)
    asked = {host for host in (settings.artifactory_host, settings.image.host if settings.image else None) if host}
    strangers = {canonical_host(host) for host in asked if not any(same_host(host, own) for own in named(settings))}

    assert (line is None) == (not strangers)
    assert all(host in (line or "") and "\n" not in (line or "") for host in strangers)
    assert not any(secret in (line or "") for secret in OWN.values() if secret.startswith("own-"))


def named(settings):
    return named_hosts(settings.named_host, settings.typed_host)


LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
SIX = st.integers(0, 2**128 - 1)
PORT = st.none() | st.integers(1, 65535)


def spelt(name, port):
    """A host and a port in the spellings that are the same place."""
    text = f":{port}" if port not in (None, 443) else ""
    yield name + text
    yield name.upper() + text
    if not text:
        yield f"{name}:443"
        yield f"{name}:"
    else:
        yield f"{name}:{port:05}"


def spelt_six(number, port):
    """An IPv6 address in some of its spellings."""
    groups = [f"{number >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    text = f":{port}" if port not in (None, 443) else ""
    yield f"[{':'.join(groups)}]{text}"
    yield f"[{':'.join(group.zfill(4).upper() for group in groups)}]{text}"
    low = number & 0xFFFFFFFF
    dotted = ".".join(str(low >> shift & 0xFF) for shift in (24, 16, 8, 0))
    yield f"[{':'.join(groups[:6])}:{dotted}]{text}"


@given(NAME, PORT)
def test_spellings_of_a_name_are_one_host_and_look_alikes_another(name, port):
    first, *others = spelt(name, port)
    odd = [
        f"{first}.",
        f"{name}.:{port or 443}",
        f"x{first}",
        f"x.{first}",
        f"{first}x",
        f"u@{first}",
        f"{first}@x",
        f"{first}%",
        f" {first}\\",
    ]

    assert all(same_host(first, other) for other in others)
    assert not any(same_host(first, other) for other in odd)
    assert not same_host(first, f"{name}:{(port or 443) % 65535 + 1}")


@given(SIX, SIX, PORT)
def test_ipv6_is_compared_as_addresses(number, other, port):
    first, *others = spelt_six(number, port)

    assert all(same_host(first, one) for one in others)
    assert same_host(first, next(spelt_six(other, port))) == (number == other)


@given(NAME, PORT, NAME, PORT, st.sampled_from(["", ".", "x", "x."]))
def test_a_secret_belongs_to_what_is_named_its_ports_and_what_is_below(name, port, other, other_port, between):
    """The truth by construction: `between` is glued in front of the name, and only a whole label is below it."""
    one, image = next(spelt(name, port)), next(spelt(f"{other}{between}{name}" if between else other, other_port))
    secret = Secret("s", host=one, also=named_hosts(one, image)[1:])
    labels, inner = image.partition(":")[0].split("."), name.split(".")

    assert secret.belongs_to(one)
    assert secret.belongs_to(image) == (labels[-len(inner) :] == inner)


@example(":")
@example(":443")
@given(st.text(max_size=60))
def test_no_text_at_all_is_a_host_that_was_not_named(text):
    secret = Secret("s", host="acme.test")

    if secret.belongs_to(text):
        assert text.strip(" \t\r\n").lower() in (
            "acme.test",
            "acme.test:443",
            "acme.test:",
            "acme.test:0443",
            "acme.test:00443",
        )
    assert not Secret("s", host="").belongs_to(text)


URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["https", "http", "HTTPS", "ftp"]),
    st.sampled_from(["", "acme.test@", "u:p@", "acme.test:443@"]),
    st.sampled_from(
        ["acme.test", "evil.test", "acme.test.", "ACME.TEST", "acme.test.evil.test", "[::1]", "acme.test\\"]
    ),
    st.sampled_from(["", ":443", ":80", ":8443", ":"]),
    st.sampled_from(["", "/", "/v2/", "?@acme.test", "#@acme.test", "/@acme.test", "\\@acme.test"]),
)


@given(URLS)
def test_a_header_is_only_made_for_the_host_that_a_connection_would_go_to(url):
    """By another reading of the address than ours."""
    from httpx import URL, InvalidURL

    header = authorization(url, Credential("bearer", Secret("token", host="acme.test"), "a test"), None).header
    if header is None:
        return
    try:
        parsed = URL(url)
    except InvalidURL:
        return
    assert (parsed.scheme, parsed.host, parsed.port or 443) == ("https", "acme.test", 443)


@given(st.text(max_size=80))
def test_any_text_has_a_host_or_none(text):
    found = host_of(text)

    assert found == "" or same_host(found, found)
