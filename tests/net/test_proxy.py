"""Go's proxy rules, as measured with skopeo and golang.org/x/net; Python's differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.proxy import ProxyRules

PROXY = "http://proxy.test:3128"
D, P = True, False


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("example.test", "https://example.test/", D),
        ("example.test", "https://a.example.test/", D),
        (".example.test", "https://example.test/", P),
        (".example.test", "https://a.example.test/", D),
        ("*.example.test", "https://a.example.test/", D),
        ("example.test:443", "https://example.test/", D),
        ("example.test:8443", "https://example.test:8443/", D),
        ("example.test:8443", "https://example.test/", P),
        ("10.0.0.0/8", "https://10.1.2.3/", D),
        ("10.0.0.0/8", "https://11.1.2.3/", P),
        ("fd00::/8", "https://[fd00::2]/", D),
        ("foo:bar", "https://example.test/", P),
        ("https://example.test", "https://example.test/", P),
        ("foo,*", "https://example.test/", D),
        ("foo example.test", "https://example.test/", P),
        ("", "https://localhost/", D),
        ("", "https://127.0.0.1/", D),
        ("", "https://[::1]/", D),
        ("", "https://example.test/", P),
    ],
)
def test_no_proxy_is_read_as_go_does(no_proxy, url, direct):
    rules = ProxyRules.from_environment({"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy})

    assert rules.for_url(url).direct is direct


@pytest.mark.parametrize(
    ("environ", "url", "direct"),
    [
        ({"ALL_PROXY": PROXY}, "https://e.test/", D),
        ({"HTTP_PROXY": PROXY}, "http://e.test/", P),
        ({"HTTP_PROXY": PROXY}, "https://e.test/", D),
        ({"https_proxy": PROXY}, "https://e.test/", P),
        ({"HTTPS_PROXY": PROXY, "https_proxy": ""}, "https://e.test/", P),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "e.test", "no_proxy": "x"}, "https://e.test/", D),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "x", "no_proxy": "e.test"}, "https://e.test/", P),
        ({"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, "http://e.test/", D),
    ],
)
def test_the_names_that_count(environ, url, direct):
    assert ProxyRules.from_environment(environ).for_url(url).direct is direct


def test_a_proxys_login_is_split_and_not_shown():
    choice = ProxyRules.from_environment({"HTTPS_PROXY": "http://u%40x:p%3Aq@proxy.test"}).for_url("https://e.test/")

    assert (choice.host, choice.port, choice.username, choice.password) == ("proxy.test", 80, "u@x", "p:q")
    assert "p:q" not in repr(choice)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
def test_no_environment_breaks_the_rules(proxy, no_proxy, host):
    rules = ProxyRules.from_environment({"HTTPS_PROXY": proxy, "NO_PROXY": no_proxy})

    assert isinstance(rules.for_url(f"https://{host}/").direct, bool)
