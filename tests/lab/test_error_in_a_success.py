"""A refusal in a registry's envelope is one, whatever status it comes with."""

from dataclasses import replace

import pytest
from examine import examine

from cgrdoctor.lab import healthy
from cgrdoctor.lab.answers import Answer

BODY = b'{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}'


@pytest.mark.parametrize("kind", ["application/json", "application/json;charset=ISO-8859-1"])
def test_a_blob_that_is_a_refusal_is_no_damaged_one(kind):
    refusal = Answer(path="/v2/.*/blobs/.*", auth="bearer", status=200, headers=(("Content-Type", kind),), body=BODY)

    seen = examine(replace(healthy(), answers=(refusal,)))

    assert seen.status == 1
    assert "cache-corrupt" not in seen.codes
    assert "blob unknown to registry" in seen.report["diagnosis"][0]["summary"]
