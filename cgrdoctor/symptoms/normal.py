"""A client's text with what differs from case to case left out: host, repository, tag, digest, address, time.

Every expression is linear; a text is cut at `LIMIT` characters.
"""

from __future__ import annotations

import re

from cgrdoctor.net.hard_wrapped import rejoined
from cgrdoctor.net.pasted_clean import without_entities

LIMIT = 1 << 16
_ESCAPES = re.compile(
    r"(?:\x1b|\\u001[bB]|\\x1[bB]|\\033|\\e(?=\[)|\^\[(?=\[))\[[0-9;?]{0,20}[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]"
)
"""Colours of a terminal, as they are and written out."""
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_PREFIXES = (
    rf"\[?\d{{4}}[-/]\d\d[-/]\d\d[Tt ]{_CLOCK}(?:[Zz]|[+-]\d\d:?\d\d)?\]?(?: \d\d[OE]\+?)?[ \t]{{1,8}}",
    rf"\[?{_CLOCK}\](?=\[)|\[?{_CLOCK}\]?(?:[A-Z ]?:)?[ \t]{{1,8}}",
    r"\[(?!(?i:pipeline|error|warn|warning|info|debug|fatal|internal|auth|stage)\b)[a-zA-Z][\w /.-]{0,60}\][ \t]{1,20}",
    r"- (?=[A-Z\[\"])",
    rf"[A-Z][a-z]{{2}} [ \d]\d {_CLOCK} [\w.-]{{1,64}} ",
    r"section_(?:start|end):\d{1,12}:\w{1,60}(?:\[[^\]\n]{0,60}\])?",
    r"##\[[a-z]{3,12}\]|::(?:error|warning|debug|notice)(?: [^:\n]{0,200})?::",
    r"[a-z][\w.-]{0,40} {1,20}\| ",
    r"(?:> ){1,3}(?!\[(?:internal|[a-z0-9-]{0,40} ?\d))",
)
_PREFIX = re.compile(rf"^[ \t]{{0,200}}(?:{'|'.join(_PREFIXES)}){{0,4}}[ \t]{{0,200}}", re.MULTILINE)
"""What a log puts before a line: its time, the node, GitLab's sections, the marks of Azure and GitHub, a service,
blanks."""
_TYPESET = str.maketrans("\u201c\u201d\u201e\u2018\u2019\xa0", '"""\'\' ', "\ufeff\u200b")
_FENCE = re.compile(r"^(?:```|~~~)\w{0,20}[ \t]{0,20}$|^\{(?:noformat|code)(?::\w{1,20})?\}", re.MULTILINE)
_QUOTE = re.compile(r"\\{1,8}\"")
_DOUBLED = re.compile(r"''(?=[\w<])|(?<=[\w<])''")
"""A single quote within single quotes of YAML."""
_BREAK = re.compile(
    r"\\{1,4}n(?:\\{1,4}t|[ \t]){0,8}"
    r"(?=\*|#\d|time=|(?:erro|error|fata|fatal|warn|warning|info|debu|failed|trying|caused|step|docker|events|normal|get|head|at)\b)",
    re.IGNORECASE,
)
"""A line break that was written out, before what begins a line of a log."""
_LOGGED = re.compile(
    r'(?:time="[^"\n]{0,60}" )?level=([a-z]{1,10}) msg="((?:[^"\\\n]|\\.)*)(?:"|$)'
    r'(?: error="((?:[^"\\\n]|\\.)*)(?:"|$))?',
    re.MULTILINE,
)
_ESCAPED = {"n": "\n", "t": "\t"}
_QUIET = re.compile(
    r"trying to pull|using default tag|getting image source|copying (?:blob|config)|[0-9a-f]{12}: |pulling from |"
    r"\* (?:docker|containerd|podman) error: |unable to find image|what's next|run 'docker|see 'docker|"
    r"unsolicited response received on idle|writing manifest|status: (?:image|downloaded)|digest: sha256|"
    r"#\d{1,4} (?:\[|transferring|done)|\d{1,5} \| |\d{1,5} \|$|\[\+\] (?:building|running)|"
    r"\* (?:unable to (?:inspect the image|initialize)|containerd socket not found)",
    re.IGNORECASE,
)
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form), put)
    for form, put in (
        (r"\s{1,}", " "),
        (r"sha(?:256|512)(?::|__)[0-9a-z]{3,128}", "{digest}"),
        (r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:z|[+-]\d\d:?\d\d)?", "{time}"),
        (r"valid for [^\n]{1,900}?, not [^\s:]{1,300}", "valid for {hosts}, not {host}"),
        (r"valid for [^\n]{900,}", "valid for {hosts}, not {host}"),
        (r"scope:\s?repository:[^\s)\"']{1,700}", "scope:{scope}"),
        (r"https?://cgr\.dev[^\s\"',)]{0,900}", "{cgr.dev}"),
        (r"https?://[^\s\"'/]{1,300}/v2/(?=[\"'\s:]|$)", "{ping}"),
        (r"https?://[^\s\"']{1,700}/manifests/[^\s\"':]{1,300}(?::\{digest\})?", "{manifest}"),
        (r"https?://[^\s\"']{1,700}/blobs/[^\s\"']{1,300}", "{blob}"),
        (r"https?://[^\s\"']{1,500}token[^\s\"']{0,900}?(?=:?(?:[\s\"']|$))", "{token}"),
        (r"https?://[^\s\"'<>]{1,200}?(?=:?(?:[\s\"'<>]|$))", "{url}"),
        (r"\[[0-9a-f:]{2,45}\]:\d{1,5}", "{address}"),
        (r"lookup [^\s:]{1,300}(?: on [^\s:]{1,60}(?::53)?)?", "lookup {host}"),
        (r"\[[a-z0-9.-]{1,253}/(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\]", "[{address}]"),
        (r"(?:docker|oci)://[a-z0-9._:/@{}+-]{1,700}(?<![:.])", "{image}"),
        (r"(?<![a-z0-9._:/@-])[a-z0-9-]{1,100}[.:][a-z0-9.:-]{0,200}/[a-z0-9._:/@{}+-]{1,700}(?<![:.])", "{image}"),
        (r"(?<![a-z0-9._:/@-])(?!application/)(?:[a-z0-9._-]{1,100}/){2}[a-z0-9._:/@{}+-]{1,700}(?<![:.])", "{image}"),
        (r"(container registry|from host) [a-z0-9._:-]{1,300}(?<!:)(?=[\s:]|$)", r"\1 {host}"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?:->[0-9.:]{7,24})?", "{address}"),
        (r"(?<![\w}/.<>])/(?:[^\s\"':/<>]{1,100}/){1,20}([^\s\"':/<>]{1,100})", r"{path}/\1"),
        (r"reading manifest \S{1,200} in", "reading manifest {tag} in"),
        (r"\[(manifests|blobs) [^\]\n]{1,200}\]", r"[\1 {tag}]"),
        (r"(repository:? |repo: |repository '|xray for |curation for )(?!does )[a-z0-9._-]{1,64}(?<![.])", r"\1{key}"),
        (r"(unknown: |denied: |^)[a-z0-9._-]{1,64}: (is assumed|error in getting|retrieval of)", r"\1{key}: \2"),
        (r"'(?:[^'\n:]|:(?! )){3,300}'", "'{name}'"),
        (r"attempts=\d{1,4}", "attempts={n}"),
        (r"\(manager\.go:\d{1,5}:\d{1,6}s\)", ""),
        (r"fata\[\d{4}\] ?", ""),
        (r"\s{1,}", " "),
    )
)  # fmt: skip
_WRAPS = tuple(
    re.compile(form)
    for form in (
        r".{0,400}?failed to pull image(?: \"?\{image\}\"?)?(?: with (?:specified policies|policy) \S{1,80})?: ",
        r".{0,200}?\b(?:rpc error: )?code = [a-z]{2,20} desc = ",
        r"failed to pull and unpack image \"?\{image\}\"?: ",
        r"failed to resolve reference \"?\{image\}\"?: ",
        r".{0,200}?error response from daemon: ",
        r"docker: |ctr: |error: |\[error\] |fatal: |warning: |pulling image: |error pulling image: ",
        r"(?:failed to solve: )?(?:\{image\}: )?failed to (?:resolve source metadata for|authorize for) \{image\}: ",
        r"failed to solve: (?:\{image\}: )?|#\d{1,4} error: ",
        r"(?:error )?initiali[sz]ing (?:image from )?source \{image\}: ",
        r"(?:error )?(?:parsing image name|unable to copy from source) \"?\{image\}\"?: |unable to pull image: ",
        r"[a-z-]{2,20}\[\d{1,7}\]: ",
        r"job failed: |copying system image from manifest list: |creating build container: ",
        r"failed to download \"?\{image\}\"?[^:]{0,80}: ",
    )
)


_OTHER_VERSIONS = tuple(
    (re.compile(form), put)
    for form, put in (
        (r"tls: failed to verify certificate: (?=x509)", ""),
        (
            r"unexpected status (?:from [a-z]{3,7} request to \{manifest\}|code \[manifests \{tag\}\]): (?=\d{3})",
            "pulling from host {host} failed with status code [manifests {tag}]: ",
        ),
        (r"unexpected status from [a-z]{3,7} request to \{(?:token|ping)\}: (?=\d{3})", "unexpected status: "),
        (r"(?<=: )([45]\d\d) [a-z][a-z' -]{2,40}$", r"\1"),
    )
)
"""What younger and older versions of a client say of the same, in the words of those that were run; with HTTP/2 no
status has a phrase."""


_FAILURE = re.compile(
    r"error|fail|denied|unauthori|not found|x509|timeout|refused|unknown|back-off|forbidden|no such|timed out|no match|"
    r"unexpected|\beof\b",
    re.IGNORECASE,
)
MANY = 30
"""Lines of a log or of what describes a Pod; in those that speak of no failure stand all kinds of words."""


_FOLDED = re.compile(r"^((?:- )?message: ')((?:[^']|''){3,20000})'$", re.MULTILINE)
_MESSAGE = re.compile(r"^(?:- )?message: ([^\n]{3,20000})$", re.MULTILINE)
"""What an event or a Pod in YAML says, in quotes over several lines where it is long."""
_AGAIN = re.compile(r"^(?:warn\[\d{4}\] )?failed, retrying in [^\n(]{1,40}\(\d{1,2}/\d{1,2}\)\. ", re.IGNORECASE)
"""Before the words of an attempt that is made again, as podman and buildah do; the last one says the same."""


def telling(text: str, limit: int = LIMIT) -> str:
    """Of a long text the last lines that speak of a failure, at most `limit` characters."""
    if len(text) <= limit:
        return text
    lines = [line[:2000] for line in text.splitlines() if _FAILURE.search(line[:2000])]
    return "\n".join(lines)[-limit:] or text[-limit:]


def bare(text: str) -> str:
    """Without colours, what a log puts before each line, and what a ticket or a word processor makes of a text."""
    shown = _ESCAPES.sub("", text[:LIMIT].replace("\r\n", "\n").replace("\r", "\n").translate(_TYPESET))
    clean = rejoined(shown)
    lines = _FENCE.sub("", _PREFIX.sub("", _BREAK.sub("\n", without_entities(clean))))
    return _FOLDED.sub(lambda found: f"{found[1]}{' '.join(found[2].split())}'", lines)


def unquoted(text: str) -> str:
    """With the quotes of a text that stood in another one, such as JSON, as they were."""
    return _DOUBLED.sub("'", _QUOTE.sub('"', text))


def _messages(text: str) -> str:
    """Of events and of a Pod in YAML what they say of a failure; any other text as it is."""
    said = [found[1].strip("'\"") for found in _MESSAGE.finditer(text)]
    return "\n".join(one for one in said if _FAILURE.search(one)) or text


def plain(text: str) -> str:
    """Without the words of a log around a message; of several lines those that speak of a failure."""
    clean = _messages(bare(text))
    every = list(_LOGGED.finditer(clean))
    logged = [one for one in every if "active check" not in one[2]]
    fatal = [one for one in logged if one[1] == "fatal"]
    rest = "\n".join(line for line in clean.splitlines() if not _LOGGED.search(line))
    if fatal or (logged and not _FAILURE.search(rest)):
        failing = fatal or [one for one in logged if one[3] or one[1] == "error"] or logged
        said = re.sub(r"\\(.)", lambda one: _ESCAPED.get(one[1], one[1]), failing[-1][3] or failing[-1][2])
        clean = said if _FAILURE.search(said) else clean
    elif every:
        clean = rest
    every_line = (_AGAIN.sub("", line.strip()) for line in unquoted(clean).splitlines())
    lines = list(dict.fromkeys(line for line in every_line if line))
    lines = [line for line in lines if not _QUIET.match(line)] or lines
    telling_lines = [line for line in lines if _FAILURE.search(line)] if len(lines) > MANY else []
    return "\n".join(telling_lines or lines)


def normal(text: str) -> str:
    """The text in lower case with what differs from case to case left out."""
    return of_plain(plain(text))


def of_plain(text: str) -> str:
    """The same of a text of which nothing is left out as a log's own words."""
    found = text.lower()
    for form, put in _STEPS:
        found = form.sub(put, found)
    return found.strip(" .;")


def core(found: str) -> str:
    """A normal text without what each client puts around what its library says."""
    before = None
    while before != found:
        before = found
        for form in _WRAPS:
            match = form.match(found)
            found = found[match.end() :] if match else found
    for form, put in _OTHER_VERSIONS:
        found = form.sub(put, found.strip(" .;"))
    return found
