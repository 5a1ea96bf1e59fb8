"""The control image is asked for as it was named, by tag or by digest, on both arms."""

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS
from cgrdoctor.lab.content import content
from cgrdoctor.lab.world import Image

GO = next(
    image for image in FAULTS["image-not-in-catalog"].scenario().world.chainguard.images if image.path.endswith("/go")
)


@pytest.mark.parametrize("selector", ["latest-dev", content(Image(GO.path, GO.tags)).index], ids=["tag", "digest"])
def test_the_control_image_is_asked_for_as_it_was_named(selector):
    world = FAULTS["image-not-in-catalog"].scenario().world
    named = f"cgr.dev/{GO.path}{'@' if ':' in selector else ':'}{selector}"

    seen = examine(world, "--control-image", named)
    asked = {(request.host, request.path) for request in seen.lab.requests if f"{GO.path}" in request.path}

    assert ("cgr.dev", f"/v2/{GO.path}/manifests/{selector}") in asked
    assert any(host == "acme.jfrog.io" and path.endswith(f"/{GO.path}/manifests/{selector}") for host, path in asked)
    assert [path for _, path in asked if "@" in path or path.endswith("/manifests/latest")] == []
    assert seen.codes[0] == "image-not-in-catalog"
