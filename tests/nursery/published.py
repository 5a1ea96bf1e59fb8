"""The published schema, by a validator that is not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for


def conforms(report: dict[str, Any]) -> None:
    """Raises the ValidationError that tells most, if the report does not fit the schema."""
    error = best_match(_validator().iter_errors(report))
    if error is not None:
        raise error


@cache
def _validator() -> Validator:
    """Made once: the schema itself takes longer to check than a report."""
    done = subprocess.run([sys.executable, "-m", "cgrdoctor", "schema"], capture_output=True, text=True, check=True)
    schema = json.loads(done.stdout)
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)
