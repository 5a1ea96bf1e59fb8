"""`--version` and `--help` load nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = ("httpx", "msgspec", "rich", "jinja2", "cryptography", "dns", "docker", "asyncio", "anyio")


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_nothing_heavy_is_imported(option):
    script = (
        "import sys\n"
        "sys.argv = ['cgrdoctor', sys.argv[1]]\n"
        "from cgrdoctor.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(' '.join(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, option], capture_output=True, text=True, timeout=30, check=False
    )

    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "cgrdoctor" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert done.stdout
