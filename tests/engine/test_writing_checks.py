"""The example in docs/writing-checks.md is run as it stands."""

import re
from pathlib import Path

from cgrdoctor.declare import read_check, read_probe

PAGE = Path(__file__).parents[2] / "docs" / "writing-checks.md"


def test_the_documented_example_works():
    module, test = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    scope = {"__name__": "acme_checks.quota"}

    exec(compile(module, "writing-checks.md", "exec"), scope)
    exec(compile(test, "writing-checks.md", "exec"), scope)

    scope["test_a_low_quota_is_a_warning"]()
    assert read_probe(scope["quota"]).makes is scope["Quota"]
    assert read_check(scope["enough_quota"]).id == "acme/pull.quota"
