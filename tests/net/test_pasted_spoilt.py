"""References as word processors, chats, browsers and files spoil them: read whole, or refused with what to write."""

import pytest

from cgrdoctor.config.images import pulled_image
from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.pasted import read_pasted

NAME = "acme.jfrog.io/cgr-private/acme.com/python"
IMAGE = f"{NAME}:3.12"
HEX = "0123456789abcdef" * 4
DIGEST = f"sha256:{HEX}"


@pytest.mark.parametrize(
    "text",
    [
        f"\u200b{IMAGE}\u2060",
        "acme.jfrog.io/\u200bcgr-private/\u00adacme.com/python:3.12",
        f"docker pull \u202a{IMAGE}\u202c",
        f"**{IMAGE}**",
        f"_{IMAGE}_",
        f"~~{IMAGE}~~",
        f"{IMAGE}!",
        f"({IMAGE}?)",
        f"{IMAGE}\u2026",
        f"|{IMAGE}|",
        f"&quot;{IMAGE}&quot;",
        f"&lt;{IMAGE}&gt;",
        f"\x1b[31m{IMAGE}\x1b[0m",
        f'\x1b[1mFailed to pull image \x1b[0m"{IMAGE}": denied',
        f"$ docker images\nREPOSITORY TAG IMAGE ID\n{NAME} 3.12 0123456789ab",
        f"[{IMAGE}](https://acme.jfrog.io/ui/repos/tree/General/cgr-private)",
        f"it is [{IMAGE}](https://wiki.acme.com/images) that does not pull",
        f"<https://{IMAGE}|{IMAGE}>",
        "<http://acme.jfrog.io|acme.jfrog.io>/cgr-private/acme.com/python:3.12",
        f'image="{IMAGE}"',
        f'{{"image":"{IMAGE}"}}',
        f'[{{"image":"{IMAGE}","name":"x"}}]',
        f'docker.image("{IMAGE}").pull()',
        f"<image>{IMAGE}</image>",
        f"image:{IMAGE}",
        f"image: &base {IMAGE}",
        f"image: !!str {IMAGE}",
        f"image:\n  name: {NAME}\n  tag: '3.12'\n",
        "global:\n  imageRegistry: acme.jfrog.io\nimage:\n  repository: cgr-private/acme.com/python\n  tag: 3.12\n",
        f"grype registry:{IMAGE}",
        f"syft scan docker:{IMAGE}",
        "enroot import docker://acme.jfrog.io#cgr-private/acme.com/python:3.12",
        f"docker pull ^\r\n  {IMAGE}",
        f"docker pull `\r\n  {IMAGE}",
        f"cosign verify --certificate-identity https://github.com/acme/x {IMAGE}",
        f"helm upgrade x ./c --set image.repository={NAME} --set image.tag=3.12",
        "helm upgrade x ./c --set image.registry=acme.jfrog.io,image.repository=cgr-private/acme.com/python,image.tag=3.12",
        f"ARG TAG=3.12\nFROM {NAME}:${{TAG}}",
        f"ARG BASE={NAME}\nARG TAG=3.12\nARG FULL=${{BASE}}:$TAG\nFROM --platform=linux/amd64 $FULL AS build",
        f"ARG TAG=3.12 # the newest\nFROM {NAME}:${{TAG}}",
        'REG=acme.jfrog.io/cgr-private\nTAG=3.12\ndocker pull "$REG/acme.com/python:$TAG"',
        "REGISTRY=acme.jfrog.io/cgr-private\nimage: ${REGISTRY}/acme.com/python:3.12",
        f"REPOSITORY   TAG   IMAGE ID   CREATED   SIZE\n{NAME}   3.12   0123456789ab   2 weeks ago   100MB",
        f"{NAME}   3.12   0123456789ab   2 weeks ago   100MB",
        f"IMAGE   TAG   IMAGE ID   SIZE\r\n{NAME}   3.12   0123456789abc   20.1MB\r\n",
        "https://acme.jfrog.io/artifactory/list/cgr-private/acme.com/python/3.12/",
    ],
)  # fmt: skip
def test_what_was_spoilt_on_its_way_is_read(text):
    assert str(pulled_image("IMAGE", text)) == IMAGE


@pytest.mark.parametrize(
    ("text", "told", "better"),
    [
        (IMAGE.replace("-", "\u2011"), "U+2011", IMAGE),
        (IMAGE.replace("-", "\u2013"), "U+2013", IMAGE),
        (IMAGE.replace(":", "\uff1a"), "U+FF1A", IMAGE),
        (f"docker pull {IMAGE.replace('-', chr(0x2013))}", "U+2013", IMAGE),
        (f'Failed to pull image "{IMAGE.replace("-", chr(0x2011))}": not found', "U+2011", IMAGE),
        (IMAGE.replace("a", "\u0430", 1), "U+0430", None),
        (f"{NAME} : 3.12", "blank", IMAGE),
        (f"{NAME}: 3.12", "blank", IMAGE),
        (f"{NAME} 3.12", "blank", IMAGE),
        (f"{NAME} latest", "blank", f"{NAME}:latest"),
        (f"{NAME} @ {DIGEST}", "blank", f"{NAME}@{DIGEST}"),
        (f"{NAME} {DIGEST}", "blank", f"{NAME}@{DIGEST}"),
        ("acme.jfrog.io /cgr-private/acme.com/python:3.12", "blank", IMAGE),
        ("acme.jfrog.io/ cgr-private/acme.com/python:3.12", "blank", IMAGE),
        ("acme.jfrog.io/cgr private/acme.com/python:3.12", "blank", None),
        (f"{NAME}@{HEX}", "digest", f"{NAME}@{DIGEST}"),
        (f"{NAME}:{DIGEST}", "digest", f"{NAME}@{DIGEST}"),
        (f"{NAME}@sha256:{HEX[:12]}", "cut short: 12 of 64", None),
        (f"{NAME}@sha256:{HEX[:12]}...", "cut short: 12 of 64", None),
        (f"{NAME}@sha256:{HEX[:12]}\u2026", "cut short: 12 of 64", None),
        (f"/{IMAGE}", "slash", IMAGE),
        (IMAGE.replace("/", "\\"), "backslash", IMAGE),
        ("acme.jfrog.io:/cgr-private/acme.com/python:3.12", "port", IMAGE),
        (f"http:/{IMAGE}", "colon", IMAGE),
        (f"https:{IMAGE}", "host", IMAGE),
        (f"https//{IMAGE}", "no host", IMAGE),
        (f"#{IMAGE}", "host", IMAGE),
        (f"[{IMAGE}", "host", IMAGE),
        (f"{IMAGE}]", "]", IMAGE),
        (f"\\n{IMAGE}", "backslash", IMAGE),
        (f"{IMAGE}\\n", "backslash", IMAGE),
        (IMAGE.replace("/", "%2F"), "host", IMAGE),
        (f"{NAME}::3.12", "characters", IMAGE),
        ("acme.jfrog.io:cgr-private/acme.com/python:3.12", "host", IMAGE),
        (f"{NAME}#3.12", "characters", IMAGE),
        (f"{NAME}?tag=3.12", "characters", IMAGE),
        (f"{NAME}==3.12", "characters", IMAGE),
        (f"{NAME}@sha256:{DIGEST}", "digest", f"{NAME}@{DIGEST}"),
        (f"{NAME}@sha256-{HEX}", "digest", f"{NAME}@{DIGEST}"),
        (f"{NAME}:>=3.12", "placeholder", None),
        ("docker pull $IMAGE", "IMAGE is not filled in", None),
        (
            f"a:\n  image:\n    repository: {NAME}\n    tag: 1\nb:\n  image:\n    repository: {NAME}\n    tag: 2",
            "several",
            None,
        ),
        (f"image:\n  repository: {NAME}\nb:\n  image:\n    repository: {NAME}-b\n    tag: 2", "several", None),
        ("python:3.12", "python:3.12 names no host", None),
        ("latest", "latest names no host", None),
        (f"{NAME}:{{tag}}", "tag is not filled in", None),
        (f"{NAME}:[TAG]", "TAG is not filled in", None),
        (f"{NAME}:((tag))", "tag is not filled in", None),
        (f"{NAME}:#{{Build.BuildId}}#", "Build.BuildId is not filled in", None),
        (f"{NAME}:$[variables.tag]", "variables.tag is not filled in", None),
        ("$env:REGISTRY/cgr-private/acme.com/python:3.12", "env:REGISTRY is not filled in", None),
        ("<%= registry %>/cgr-private/acme.com/python:3.12", "registry is not filled in", None),
        (f"FROM scratch\nFROM {NAME}:${{TAG}} AS x", "TAG is not filled in", None),
        (f"error: image {NAME}:{{{{tag}}}} not found", "tag is not filled in", None),
        ("ARG TAG=1\nFROM ${REG}/acme.com/python:$TAG", "REG is not filled in", None),
        (f"docker pull {IMAGE} {NAME}:3.11", "several images", None),
        (f"REPOSITORY TAG IMAGE ID\n{NAME} 3.12 0123456789ab\n{NAME} 3.11 0123456789ab", "several images", None),
        ("https://acme.jfrog.io/artifactory/cgr-private", "names no image", None),
        ("https://acme.jfrog.io/ui/login/", "names no image", None),
        ("https://images.chainguard.dev/directory/image/python/overview", "no registry", None),
        ("https://hub.docker.com/_/python", "no registry", None),
        ("https://github.com/acme/repo", "no registry", None),
    ],
)
def test_what_is_not_whole_is_never_read_in_part(text, told, better):
    with pytest.raises(UsageProblem) as refused:
        pulled_image("IMAGE", text)

    line = str(refused.value)
    assert told in line
    assert "\n" not in line
    assert "write " in line or "give one" in line, line
    assert line.endswith(f"; write {better}") or better is None, line


@pytest.mark.parametrize(
    ("text", "image"),
    [
        (f"{NAME}: not found", NAME),
        (f"{IMAGE} 404", IMAGE),
        (f"{IMAGE} fails with 403 since 3.12", IMAGE),
        (f"acme.jfrog.io serves {IMAGE}", IMAGE),
        (f"{NAME}:__TAG__", f"{NAME}:__TAG__"),
        ("registry:5000/a/b:1", "registry:5000/a/b:1"),
        ("docker:2375/a/b:1", "docker:2375/a/b:1"),
        (f"skopeo copy docker://{IMAGE} docker://other.acme.com/a/b:1", IMAGE),
        (f"docker tag {IMAGE} other.acme.com/a/b:1", IMAGE),
        (f"docker pull {IMAGE} && docker run {IMAGE}", IMAGE),
        (f"docker run {IMAGE} other.acme.com/a/b:1", IMAGE),
        (f"image:\n  repository: {NAME}\n  tag: null\n", NAME),
        (f"image:\n  repository: {NAME}\n  tag: ~\n", NAME),
        (f"A=$B\nB=$A\nimage: {IMAGE}", IMAGE),
        (f"a:\n  repository: {NAME}\n  pullPolicy: Always\n\n  # the tag\n  tag: 3.12\nb:\n  tag: 9\n", IMAGE),
    ],
)
def test_what_was_whole_stays_so(text, image):
    assert str(read_pasted(text).reference) == image
