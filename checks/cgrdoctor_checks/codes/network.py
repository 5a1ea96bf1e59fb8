"""What can be wrong with the way to a host: Artifactory, cgr.dev, the blob host."""

from __future__ import annotations

from cgrdoctor import Code

NETWORK = "Chainguard docs: network requirements"
GO = "Go: net, crypto/tls and crypto/x509, as docker uses them"
BEHIND = (
    "pull-through-failed",
    "upstream-failed",
    "not-artifactory",
    "artifactory-unhealthy",
    "unexpected-html",
    "docker-api-not-routed",
)

DNS_FAILURE = Code(
    name="dns-failure",
    title="The name does not resolve",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="The resolver knows no address for the host, or does not answer: a typo, a missing VPN, a broken resolver.",
    why="Nothing can be asked before the name has an address.",
    looks_at="A and AAAA answers with their rcode, and the system's own lookup",
    fix="Check the spelling of the host, the VPN and the resolver.",
    look_alikes=("connection-timeout", "not-artifactory"),
    told_apart={
        "connection-timeout": "Whether the name got an address at all.",
        "not-artifactory": "Whether the name resolves; a wrong host that exists answers, only not as Artifactory.",
    },
    explains=BEHIND,
    faults=("F48", "F49", "F50"),
    sources=(GO,),
)

CONNECTION_TIMEOUT = Code(
    name="connection-timeout",
    title="The host does not answer",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="Packets are dropped on the way, or the host accepts a connection and then says nothing.",
    why="Every image fails after a long wait, and no setting of Artifactory mends it.",
    looks_at="the stage at which nothing more came, per address",
    fix="Allow the connection in the firewall, or connect the VPN; check that the service behind the address runs.",
    look_alikes=("connection-refused", "path-mtu", "upstream-unreachable"),
    told_apart={
        "path-mtu": "Small answers arrive and large ones stall where packets are too large; otherwise nothing arrives.",
        "upstream-unreachable": "If the ping of Artifactory answers at once and only images are slow, Artifactory waits for cgr.dev.",
    },
    explains=BEHIND,
    faults=("F51",),
    sources=(GO,),
)

CONNECTION_REFUSED = Code(
    name="connection-refused",
    title="The host refuses the connection",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="Nothing listens at that address and port, a firewall rejects, or there is no route.",
    why="Every image fails, and no setting of Artifactory mends it.",
    looks_at="the error of the connection, per address",
    fix="Check host and port, that the service runs, and the firewall's reject rules.",
    look_alikes=("connection-timeout", "connection-reset"),
    told_apart={
        "connection-reset": "A refusal comes before anything is connected, a reset after the first bytes were sent.",
        "connection-timeout": "A refusal comes at once, a dropped packet only as a time-out.",
    },
    explains=BEHIND,
    faults=("F52",),
    sources=(GO,),
)

CONNECTION_RESET = Code(
    name="connection-reset",
    title="The connection is cut",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="A peer or a middlebox ends the connection in the middle, often right after it has seen the server name.",
    why="It looks like a fault of the server while a filter in between is at work.",
    looks_at="the stage at which the connection ended",
    fix="Exempt the host from TLS and SNI filters; look at the load balancer's limits.",
    look_alikes=("tls-failed", "connection-refused"),
    told_apart={
        "tls-failed": "Whether the peer ended the connection, or answered the handshake with an alert.",
    },
    explains=BEHIND,
    faults=("F95",),
    sources=(GO, NETWORK),
)

TLS_UNTRUSTED = Code(
    name="tls-untrusted",
    title="The certificate is not trusted on this machine",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="The chain ends in an authority that the system store does not hold: a private CA, or TLS inspection.",
    why="Docker refuses the host, and so does everything that keeps to the system's store.",
    looks_at="the chain against the system store and --cacert, and its issuer",
    fix="Install the issuing CA in the system store (and docker's certs.d), or exempt the host from inspection.",
    look_alikes=("tls-expired", "tls-name-mismatch", "docker-ca-missing", "clock-skew"),
    told_apart={
        "clock-skew": "A clock error complains about dates, an unknown authority about the issuer.",
        "docker-ca-missing": "Whether this machine's own store trusts the certificate: then only docker's certs.d lacks it.",
    },
    explains=BEHIND,
    faults=("F43",),
    sources=(GO, NETWORK),
)

TLS_EXPIRED = Code(
    name="tls-expired",
    title="The certificate is outside its dates",
    leg="client-to-artifactory",
    owner="artifactory-admin",
    meaning="The certificate has ended or not begun, by this machine's clock.",
    why="Every client refuses the host from that moment on.",
    looks_at="the certificate's dates, and this machine's clock against Date headers",
    fix="Renew the certificate.",
    look_alikes=("clock-skew", "tls-untrusted"),
    told_apart={
        "tls-untrusted": "Whether the dates or the issuer of the certificate is at fault.",
    },
    explains=BEHIND,
    faults=("F97",),
    sources=(GO,),
)

TLS_NAME_MISMATCH = Code(
    name="tls-name-mismatch",
    title="The certificate is for another name",
    leg="client-to-artifactory",
    owner="artifactory-admin",
    meaning="The certificate does not name this host: a missing wildcard for the sub-domain method, or a default one.",
    why="Docker refuses the host; with the sub-domain method each key is a name of its own.",
    looks_at="the names in the certificate",
    fix="Issue a certificate that names the host, with a wildcard where the sub-domain method is used.",
    look_alikes=("tls-untrusted", "not-artifactory"),
    told_apart={
        "not-artifactory": "Whether the certificate names this host; a wrong host has a right certificate of its own.",
        "tls-untrusted": "Whether the names or the issuer of the certificate is at fault.",
    },
    explains=BEHIND,
    faults=("F44",),
    sources=(GO,),
)

TLS_FAILED = Code(
    name="tls-failed",
    title="The TLS handshake fails",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="The peer breaks off, stays silent, or shares no protocol version or cipher with this machine.",
    why="A filter in between, or a server too old for today's TLS, keeps everybody away.",
    looks_at="the handshake's error and its time",
    fix="Let the host pass TLS and SNI filters; allow TLS 1.2 and 1.3 with AES-256-GCM.",
    look_alikes=("connection-reset", "path-mtu", "plain-http"),
    explains=BEHIND,
    faults=("F95",),
    sources=(GO, NETWORK),
)

PLAIN_HTTP = Code(
    name="plain-http",
    title="The port speaks plain HTTP",
    leg="client-to-artifactory",
    owner="artifactory-admin",
    meaning="Docker wants TLS; the service on this port answers without it.",
    why="Docker refuses to send a login without TLS, and this tool does so too.",
    looks_at="the first bytes that come back in the handshake",
    fix="Terminate TLS on this port, or use the port that does.",
    look_alikes=("tls-failed",),
    told_apart={
        "tls-failed": "Whether readable HTTP comes back in the handshake.",
    },
    explains=BEHIND,
    faults=("F56",),
    sources=(GO,),
)

PROXY_AUTHENTICATION_REQUIRED = Code(
    name="proxy-authentication-required",
    title="The proxy wants a login",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="The proxy that this environment names answers 407.",
    why="Nothing passes the proxy, whatever host is asked.",
    looks_at="the proxy's answer to CONNECT",
    fix="Give HTTPS_PROXY its user and password, or put the host into NO_PROXY.",
    look_alikes=("proxy-refused",),
    told_apart={
        "proxy-refused": "407 asks for a login, any other answer refuses the host.",
    },
    explains=BEHIND,
    faults=("F53",),
    sources=("Go: golang.org/x/net/http/httpproxy",),
)

PROXY_REFUSED = Code(
    name="proxy-refused",
    title="The proxy refuses the host",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="The proxy does not let this host pass, or cannot reach it, as often with internal hosts sent to a proxy.",
    why="Hosts inside the company are often sent to a proxy that cannot reach them.",
    looks_at="the proxy's answer to CONNECT",
    fix="Put the host into NO_PROXY in a form that Go understands, or allow it in the proxy.",
    look_alikes=("proxy-authentication-required", "artifactory-permission-denied"),
    told_apart={
        "artifactory-permission-denied": "Artifactory's 403 is JSON with its headers; a proxy's is a bare phrase or a page and comes before TLS to the host.",
    },
    explains=BEHIND,
    faults=("F54",),
    sources=("Go: golang.org/x/net/http/httpproxy",),
)

PROXY_UNREACHABLE = Code(
    name="proxy-unreachable",
    title="The proxy itself does not answer",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="HTTPS_PROXY names a proxy that cannot be reached.",
    why="Every host that is not in NO_PROXY fails.",
    looks_at="the connection to the proxy",
    fix="Correct or unset HTTPS_PROXY.",
    look_alikes=("connection-timeout", "connection-refused"),
    told_apart={
        "connection-refused": "Which address refuses: the host's own, or the one HTTPS_PROXY names.",
        "connection-timeout": "Which address is silent: the host's own, or the one HTTPS_PROXY names.",
    },
    explains=BEHIND,
    faults=("F53",),
    sources=("Go: golang.org/x/net/http/httpproxy",),
)

IPV6_BROKEN = Code(
    name="ipv6-broken",
    title="Some addresses of the host do not work",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="One address family, usually IPv6, is announced but leads nowhere; connections are slow or fail by turns.",
    why="Each connection may wait for the dead address first, so that pulls are slow or fail by turns.",
    looks_at="every address on its own",
    fix="Mend the route for that family, or remove its records.",
    look_alikes=("connection-timeout",),
    told_apart={
        "connection-timeout": "Try every address by itself: if those of one family work, the other family is broken.",
    },
    faults=("F93",),
    sources=(GO,),
)

PATH_MTU = Code(
    name="path-mtu",
    title="Large packets get lost",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="Small answers arrive, larger ones stall: the path's MTU is smaller than announced and ICMP is filtered.",
    why="Small requests work, so that the network seems well while layers hang.",
    looks_at="whether bodies stall after the headers came",
    fix="Clamp the MSS or lower the MTU on the VPN or bridge.",
    look_alikes=("connection-timeout", "tls-failed"),
    told_apart={
        "tls-failed": "Whether the handshake is answered with an alert, or stalls after the connection was made.",
    },
    explains=BEHIND,
    faults=("F91",),
    sources=("moby: issues on TLS handshake timeouts and MTU",),
)

CLOCK_SKEW = Code(
    name="clock-skew",
    title="Clocks disagree",
    leg="client",
    owner="developer",
    meaning="This machine's clock or the server's is off; certificates and tokens are then judged by the wrong time.",
    why="Good certificates and tokens are refused, and the texts blame them instead of the clock.",
    looks_at="Date headers of several hosts against this machine's clock",
    fix="Synchronise the clock by NTP.",
    ticket="why the instance's clock is off",
    look_alikes=("tls-expired", "pull-token-expired"),
    told_apart={
        "pull-token-expired": "cgr.dev says of an expired token that its keys have expired, whatever the clock here shows.",
        "tls-expired": "Compare the Date of several hosts with this machine's clock, then the certificate's dates with the right time.",
    },
    explains=("tls-expired", *BEHIND),
    faults=("F96",),
    sources=(GO,),
)

HTTP2_UNAVAILABLE = Code(
    name="http2-unavailable",
    title="HTTP/2 is not offered on the way to Chainguard",
    leg="client-to-upstream",
    owner="network-team",
    meaning="Chainguard asks for encrypted HTTP/2, including by proxies; something on the way downgrades it.",
    why="Chainguard announces that it needs it; a proxy that downgrades may break pulls later.",
    looks_at="the protocol negotiated by ALPN",
    fix="Allow HTTP/2 in the proxy or exempt Chainguard's hosts.",
    look_alikes=("tls-minimum-unmet",),
    told_apart={
        "tls-minimum-unmet": "Whether the protocol offered by ALPN or the version and cipher of TLS falls short.",
    },
    sources=(NETWORK,),
)

TLS_MINIMUM_UNMET = Code(
    name="tls-minimum-unmet",
    title="TLS to Chainguard is weaker than required",
    leg="client-to-upstream",
    owner="network-team",
    meaning="Chainguard asks for TLS 1.3, or 1.2 with AES-256-GCM.",
    why="Chainguard may refuse such connections.",
    looks_at="version and cipher of the connection",
    fix="Let the connection through without downgrading it.",
    look_alikes=("http2-unavailable",),
    sources=(NETWORK,),
)

PATH_CODES = (
    DNS_FAILURE,
    PROXY_AUTHENTICATION_REQUIRED,
    PROXY_REFUSED,
    PROXY_UNREACHABLE,
    CONNECTION_TIMEOUT,
    CONNECTION_REFUSED,
    CONNECTION_RESET,
    PLAIN_HTTP,
    TLS_UNTRUSTED,
    TLS_EXPIRED,
    TLS_NAME_MISMATCH,
    TLS_FAILED,
    PATH_MTU,
    IPV6_BROKEN,
)
"""Whatever can be wrong with the path to one host."""
