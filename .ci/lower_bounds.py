"""Prints constraints with the oldest version that each dependency of a pyproject.toml allows."""

import re
import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path(sys.argv[1]).read_text())["project"]
for row in (*project["dependencies"], *project["optional-dependencies"]["lab"]):
    print(re.sub(r"([\w-]+)>=([\w.]+).*", r"\1==\2", row))
