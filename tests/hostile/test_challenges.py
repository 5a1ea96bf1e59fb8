"""Challenges in every spelling that was seen (RFC 9110, 11), and realms that want our credentials somewhere else."""

import pytest
from front import Plan, Talk
from oracle import held, pull_works, told
from roles import NEAR, ROLES
from runs import EVIL, HOST, prepared, ran, sampled

from cgrdoctor.lab.world import BLOBS, CGR

REALM = f"https://{HOST}/v2/token"
READ = {
    "two-on-one-line": [f'Basic realm="a", Bearer realm="{REALM}",service="{HOST}"'],
    "two-lines": ["Negotiate", f'Bearer realm="{REALM}",service="{HOST}"'],
    "quoted-commas": [f'Bearer realm="{REALM}?z=1,2",service="{HOST}"'],
    "odd-case": [f'bEaReR REALM="{REALM}",Service="{HOST}"'],
    "empty-service": [f'Bearer realm="{REALM}",service="",scope="repository:a:pull"'],
    "white-space": [f'Bearer realm = "{REALM}" , service = "{HOST}"'],
    "no-comma": [f'Bearer realm="{REALM}" service="{HOST}"'],
    "relative-realm": [f'Bearer realm="/v2/token",service="{HOST}"'],
    "token68-before": ["NTLM TlRMTVNTUAAB==", f'Bearer realm="{REALM}",service="{HOST}"'],
    "escapes": [f'Bearer realm="{REALM}",service="{HOST}",x="a\\"b\\\\c"'],
    "unterminated": [f'Bearer realm="{REALM}",service="{HOST}'],
    "two-scopes": [f'Bearer realm="{REALM}",service="{HOST}",scope="a:b:pull c:d:pull"'],
    "no-service": [f'Bearer realm="{REALM}"'],
    "insufficient-scope": [
        f'Bearer realm="{REALM}",service="{HOST}",error="insufficient_scope",scope="repository:x:pull"'
    ],
    "ten-kilobytes": [f'Bearer realm="{REALM}",service="{HOST}",x="{"y" * 10_000}"'],
    "five-hundred": [f'Bearer realm="{REALM}",service="{HOST}",' + ",".join(f'p{n}="v"' for n in range(500))],
    "nobody-known": ["Hawk id=1", "Digest qop=auth", f'Bearer realm="{REALM}",service="{HOST}"'],
}
"""Spellings that a client has to understand: the image comes through."""

UNREAD = {
    "none": [],
    "no-realm": [f'Bearer service="{HOST}"'],
    "no-scheme": [f'realm="{REALM}"'],
    "control-characters": [f'Bearer realm="{REALM}\x01\x02"'],
    "only-basic": ['Basic realm="Artifactory Realm"'],
    "bytes": ["\x80\xff\xe4"],
    "commas": [",,,,,,"],
    "quotes": ['"""""'],
}
"""What holds no usable challenge. Nothing is asked of such a pull but that it ends and is told."""

ELSEWHERE = {
    "another-host": f"https://{EVIL}/token",
    "a-name-that-begins-alike": f"https://{HOST}.{EVIL}/token",
    "another-port": f"https://{HOST}:8443/token",
    "plain-http": f"http://{HOST}/v2/token",
    "user-information": f"https://{HOST}@{EVIL}/token",
    "metadata": "https://169.254.169.254/latest/meta-data/",
    "metadata-http": "http://169.254.169.254/latest/meta-data/",
    "metadata-mapped": "https://[::ffff:169.254.169.254]/",
    "metadata-6": "https://[fd00:ec2::254]/",
    "alibaba": "https://100.100.100.200/",
    "loopback": "https://127.0.0.1/",
    "loopback-short": "https://127.1/",
    "loopback-decimal": "https://2130706433/",
    "localhost": "https://localhost/",
    "everything": "https://0/",
    "file": "file:///etc/passwd",
    "javascript": "javascript:alert(1)",
    "nothing": "",
    "backslash": f"https://{HOST}\\@{EVIL}/",
    "no-port": f"https://{HOST}:0/",
    "two-hosts": f"https://{HOST},{EVIL}/token",
    "line-feed": f"https://{HOST}/\nX-Evil: 1",
}
"""Realms to which no credential may go."""


def challenging(lines):
    async def act(talk: Talk) -> None:
        headers = "".join(f"WWW-Authenticate: {line}\r\n" for line in lines).replace("\n X", "X")
        head = f"HTTP/1.1 401 Unauthorized\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n"
        await talk.send(head.encode("latin-1"))

    return act


@pytest.mark.parametrize("name", sampled([*READ], 6))
def test_a_challenge_in_any_spelling_is_answered(nursery, authority, name):
    with prepared(authority, Plan(when=ROLES["ping"].plays, act=challenging(READ[name]))) as setup:
        seen = ran(nursery, setup)

    held(seen, frozenset())
    assert pull_works(seen.report), seen.report["summary"]


@pytest.mark.parametrize("name", sampled([*UNREAD], 4))
@pytest.mark.parametrize("role", ["ping", "registry"])
def test_a_challenge_that_is_none_ends_in_an_answer(nursery, authority, name, role):
    with prepared(authority, Plan(when=ROLES[role].plays, act=challenging(UNREAD[name]))) as setup:
        seen = ran(nursery, setup)

    held(seen, NEAR, frozenset({"authorization-not-forwarded"}))
    told(seen)


@pytest.mark.parametrize("name", sampled([*ELSEWHERE], 6))
def test_no_realm_gets_a_credential_that_is_not_its_own(nursery, authority, name):
    lines = [f'Bearer realm="{ELSEWHERE[name].replace(chr(10), " ")}",service="{HOST}"']
    plan = Plan(when=lambda asked: asked.host == HOST and asked.path.startswith("/v2/"), act=challenging(lines))
    with prepared(authority, plan) as setup:
        seen = ran(nursery, setup)

    held(seen, NEAR, frozenset({"token-realm-mismatch", "authorization-not-forwarded"}))
    told(seen)
    assert not pull_works(seen.report)
    assert set(seen.report["run"]["requests"]) <= {HOST, EVIL, f"{HOST}.{EVIL}", f"{HOST}:8443", CGR, BLOBS}
