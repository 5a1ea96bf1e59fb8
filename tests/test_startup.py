"""`--version` and every `--help` load nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = ("httpx", "msgspec", "rich", "jinja2", "cryptography", "dns", "docker", "asyncio", "anyio")


@pytest.mark.parametrize(
    "words", ["--version", "--help", "check --help", "demo --help", "report verify --help", "report show --help"]
)
def test_nothing_heavy_is_imported(words):
    script = (
        "import sys\n"
        "sys.argv = ['cgrdoctor', *sys.argv[1:]]\n"
        "from cgrdoctor.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(' '.join(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words.split()], capture_output=True, text=True, timeout=30, check=False
    )

    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "cgrdoctor" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert done.stdout
