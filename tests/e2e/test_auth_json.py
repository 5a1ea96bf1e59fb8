"""What skopeo takes from the files of a machine, for hundreds of machines, against what the doctor takes from them."""

import base64
import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest

from cgrdoctor.credentials import auth_json
from cgrdoctor.credentials.docker_config import Asking

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(shutil.which("skopeo") is None, reason="skopeo is not installed")]
HOST = "acme.jfrog.io"
NAME = f"{HOST}/cgr-private/acme.com/python"
MACHINES = 240

KEYS = (
    HOST, f"{HOST}/cgr-private", f"{HOST}/cgr-private/acme.com", NAME, f"{NAME}:latest", f"{HOST}/other", f"{HOST}/",
    f"https://{HOST}", f"http://{HOST}/", f"https://{HOST}/v2/", f"https://{HOST}/artifactory/api/docker/cgr-private",
    f"{HOST}:443", HOST.upper(), "ghcr.io", "index.docker.io", "*.jfrog.io", f"//{HOST}", "",
)  # fmt: skip
HELPERS = {
    "there": """echo '{"ServerURL":"x","Username":"helped","Secret":"s"}'""",
    "none": "echo credentials not found in native keychain; exit 1",
    "fails": "echo no bus >&2; exit 1",
}
FILES = ("run/containers/auth.json", "home/.config/containers/auth.json", "home/.docker/config.json", "home/.dockercfg")


class Machine:
    """Files of one machine, put together by chance."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._users = 0
        self.folder = folder
        self.environ = {"HOME": str(folder / "home"), "XDG_RUNTIME_DIR": str(folder / "run"), "PATH": self._path()}
        for name in self._chance.sample(FILES, self._chance.randint(1, 3)):
            self._write(folder / name, legacy=name.endswith("cfg"))
        self._more()
        self.name = self._chance.choice((NAME, NAME, NAME, HOST))

    def _path(self) -> str:
        for name, script in HELPERS.items():
            program = self.folder / "bin" / f"docker-credential-{name}"
            program.parent.mkdir(exist_ok=True)
            program.write_text(f"#!/bin/sh\ncat > /dev/null\n{script}\n")
            program.chmod(0o755)
        return f"{self.folder / 'bin'}:{os.environ['PATH']}"

    def _more(self) -> None:
        """Who else names a file."""
        self.auth_file: Path | None = None
        match self._chance.randrange(7):
            case 0:
                self.auth_file = self.folder / "named.json"
                if self._chance.random() < 0.7:
                    self._write(self.auth_file)
            case 1:
                self.environ["DOCKER_CONFIG"] = str(self.folder / "docker")
                self._write(self.folder / "docker" / "config.json")
            case 2:
                self.environ["XDG_RUNTIME_DIR"] = str(self.folder / "gone")
            case 3:
                self.environ["XDG_CONFIG_HOME"] = str(self.folder / "settings")
                self._write(self.folder / "settings" / "containers" / "auth.json")
            case 4:
                self._registries()
            case _:
                pass

    def _registries(self) -> None:
        """Helpers that are asked before, behind or in place of the files."""
        named = self._chance.sample((*HELPERS, "containers-auth.json", "containers-auth.json"), 2)
        settings = self.folder / "home" / ".config" / "containers"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "registries.conf").write_text(f"credential-helpers = {json.dumps(named)}\n")

    def _write(self, file: Path, *, legacy: bool = False) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self._content(legacy=legacy))

    def _content(self, *, legacy: bool) -> bytes:
        entries = dict(self._entries(legacy=legacy))
        document = entries if legacy else {self._chance.choice(("auths", "auths", "Auths")): entries}
        if not legacy and self._chance.random() < 0.3:
            document["credHelpers"] = {self._chance.choice(KEYS[:3]): self._chance.choice((*HELPERS, "gone"))}
        if not legacy and self._chance.random() < 0.2:
            document |= {"credsStore": "gone", "experimental": True, "proxies": None, "credhelpers": None}
        text = json.dumps(document)
        return self._spoilt(text.encode()) if self._chance.random() < 0.15 else text.encode()

    def _entries(self, *, legacy: bool) -> Iterator[tuple[str, object]]:
        """Of keys that skopeo reduces to the same host it takes any: a file has one of them."""
        reduced = False
        for key in self._chance.sample(KEYS, self._chance.randint(0, 5)):
            loose = "://" in key or (legacy and "/" in key)
            if not (loose and reduced):
                yield key, self._entry()
            reduced = reduced or loose

    def _entry(self) -> object:
        self._users += 1
        pair = f"user{self._users}:pw"
        packed = base64.b64encode(pair.encode()).decode()
        odd = (
            {}, None, [], {"auth": None}, {"auth": 1}, {"auth": "!!"}, {"auth": packed.rstrip("=") + "*"},
            {"auth": packed[:5] + "\r\n" + packed[5:]}, {"AUTH": packed}, {"auth": packed, "Auth": None},
            {"auth": base64.b64encode(b"no colon").decode()}, {"auth": base64.b64encode(b":").decode()},
            {"auth": base64.b64encode(b"u:p:q\n").decode()}, {"auth": packed, "identitytoken": "t", "email": 3},
            {"username": "u", "password": "p"}, {"auth": packed.replace("=", "")}, {"auth": packed, "extra": {"auth": []}},
        )  # fmt: skip
        return {"auth": packed} if self._chance.random() < 0.6 else self._chance.choice(odd)

    def _spoilt(self, text: bytes) -> bytes:
        ways = (
            b"", b" ", b"\xef\xbb\xbf" + text, text + b"x", text + b"\n", text[:-1], b"[]", b"null", b"\n\n" + text,
            text.decode().encode("utf-16"), text.replace(b'"', b"'"), text[:-1] + b",}", text.replace(b"auth", b"\xff"),
            text[:-1] + b', "auths": null}', text[:-1] + b', "auths": {}}', text[:-1] + b', "credHelpers": []}',
            text[:-1] + b', "n": NaN}', text[:-1] + b', "n": 1e999}', text[:-1] + b', "n": 01}', text + text,
        )  # fmt: skip
        return self._chance.choice(ways)

    def by_skopeo(self) -> str | None:
        """The user name that skopeo would log in with; None for no login and for a refusal."""
        named = {"REGISTRY_AUTH_FILE": str(self.auth_file)} if self.auth_file else {}
        command = ["skopeo", "login", "--get-login", self.name]
        environ = {**self.environ, **named}
        done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, check=False)
        return done.stdout.strip() or None if done.returncode == 0 else None

    def by_doctor(self) -> str | None:
        found = anyio.run(auth_json.look, self.name, self.auth_file, Asking(self.environ))
        return found.credential.username if found.credential else None


def test_the_doctor_takes_the_login_that_skopeo_takes(tmp_path):
    def asked(seed: int) -> tuple[str | None, str | None, int]:
        folder = tmp_path / str(seed)
        folder.mkdir()
        (folder / "run").mkdir()
        machine = Machine(folder, seed)
        return machine.by_skopeo(), machine.by_doctor(), seed

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(asked, range(MACHINES)))

    assert [one for one in answers if one[0] != one[1]] == []
    assert sum(one[0] is not None for one in answers) > MACHINES / 4, "the machines are worth asking about"
