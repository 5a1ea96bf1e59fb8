"""IMAGE from what is typed or pasted, and whose host it names."""

import pytest

from cgrdoctor.cli.pasting import image_option
from cgrdoctor.config.settings import resolve

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
URL = "https://acme.jfrog.io/artifactory"


def settings(word, **options):
    return resolve({**image_option(word).options, **options}, {})


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        (IMAGE, "acme.jfrog.io"),
        (f"docker pull {IMAGE}", "acme.jfrog.io"),
        (f"https://{IMAGE}", "acme.jfrog.io"),
        (f"Acme.JFrog.io/{IMAGE.partition('/')[2]}", "acme.jfrog.io"),
        (f'Failed to pull image "{IMAGE}": not found', None),
        (f"Error response from daemon: manifest for {IMAGE} not found", None),
    ],
)
def test_secrets_are_for_a_host_that_was_typed(word, typed):
    found = settings(word)

    assert (str(found.image), found.named_host) == (IMAGE, typed)


def test_a_text_s_host_is_named_by_the_url():
    assert settings(f'Failed to pull image "{IMAGE}"', artifactory_url=URL).named_host == "acme.jfrog.io"


def test_an_image_of_cgr_dev_goes_the_way_that_is_named():
    found = settings("cgr.dev/acme.com/python:3.12", repository="cgr-private", artifactory_url=URL)

    assert (str(found.image), found.named_host) == (IMAGE, "acme.jfrog.io")


@pytest.mark.parametrize(
    ("word", "line"),
    [
        (IMAGE, []),
        (f"docker pull {IMAGE}", [f"read {IMAGE}"]),
        (f"{IMAGE}.", [f"read {IMAGE} (the full stop at its end was dropped)"]),
        (f"podman pull --creds bob:s3cr3t {IMAGE}", [f"read {IMAGE} (the login among the words was ignored)"]),
        (f"Acme.jfrog.io/{IMAGE.partition('/')[2]}", [f"read {IMAGE} (the host in lower case)"]),
    ],
)
def test_what_was_read_is_said(word, line):
    assert image_option(word).lines == line
