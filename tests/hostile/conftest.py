"""Fixtures of the hostile tests: one nursery and one authority a worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

sys.path[:0] = [str(Path(__file__).parent), *(str(Path(__file__).parents[1] / name) for name in ("lab", "nursery"))]

from nursing import Nursery  # noqa: E402 - found by the line above


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where runs are forked from."""
    with Nursery() as found:
        yield found


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Whom the runs trust."""
    return trustme.CA()
