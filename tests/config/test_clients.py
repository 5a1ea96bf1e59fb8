"""Whose login a run looks at: the clients named, those that an option implies, else the first that is here."""

from pathlib import Path

import pytest

from cgrdoctor.config import clients
from cgrdoctor.config.settings import Settings, invocation, resolve
from cgrdoctor.errors import UsageProblem

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"


@pytest.fixture(name="machine")
def _machine(tmp_path, monkeypatch):
    """A machine with nothing of any client, and a way to put something on it."""
    monkeypatch.setattr(clients, "SOCKET", str(tmp_path / "docker.sock"))
    monkeypatch.setattr(clients, "HOSTS", tmp_path / "certs.d")
    environ = {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin"), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    environ["XDG_CONFIG_HOME"] = str(tmp_path / "settings")

    def made(*names, **options):
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("{}")
            file.chmod(0o755)
        around = {**environ, **options.pop("environ", {})}
        given = {"docker_config": tmp_path / ".docker", **options}
        (tmp_path / ".docker").mkdir(exist_ok=True)
        return resolve({"image": IMAGE, **given}, around)

    return made


@pytest.mark.parametrize(
    ("names", "first"),
    [
        ((), "docker"),
        (("bin/docker",), "docker"),
        (("docker.sock", "bin/podman"), "docker"),
        ((".docker/config.json", "bin/podman"), "docker"),
        (("bin/podman", "bin/containerd"), "podman"),
        (("bin/skopeo",), "podman"),
        (("run/containers/auth.json",), "podman"),
        (("settings/containers/auth.json", "bin/ctr"), "podman"),
        (("bin/containerd",), "containerd"),
        (("certs.d/acme.jfrog.io/hosts.toml",), "containerd"),
        (("certs.d/readme",), "docker"),
    ],
)
def test_the_first_that_is_here(machine, names, first):
    settings = machine(*names)

    assert settings.client == (first,)
    assert "client" not in settings.given


def test_what_is_named_counts_in_its_order(machine):
    settings = machine("bin/docker", client=("kubernetes", "podman", "kubernetes"))

    assert settings.client == ("kubernetes", "podman")
    assert settings.public()["client"] == ["kubernetes", "podman"]


def test_a_file_of_podmans_means_podman_and_a_variable_means_nobody(machine, tmp_path):
    (tmp_path / "auth.json").write_text("{}")

    assert machine("bin/docker", auth_file=str(tmp_path / "auth.json")).client == ("podman",)
    assert machine("bin/docker", auth_file=str(tmp_path / "auth.json"), client=("docker",)).client == ("docker",)
    by_variable = machine("bin/docker", environ={"REGISTRY_AUTH_FILE": str(tmp_path / "none.json")})
    assert (by_variable.client, by_variable.auth_file) == (("docker",), tmp_path / "none.json")


@pytest.mark.parametrize(("name", "says"), [("none.json", "there is no file"), (".", "is a directory")])
def test_a_file_that_cannot_be_one_is_refused(machine, tmp_path, name, says):
    with pytest.raises(UsageProblem, match=says):
        machine(auth_file=str(tmp_path / name))


def test_a_client_nobody_knows_is_refused(machine):
    with pytest.raises(UsageProblem, match="docker, podman, containerd, kubernetes"):
        machine(client=("rkt",))


@pytest.mark.parametrize(
    ("options", "others"),
    [({}, ("podman", "containerd")), ({"client": ("docker",)}, ()), ({"client": ("podman",)}, ())],
)
def test_others_are_named_where_the_client_was_not(machine, tmp_path, options, others):
    settings = machine("bin/docker", "bin/podman", "bin/ctr", **options)

    assert invocation(settings, {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}).others == others
    assert invocation(settings).others == ()


def test_a_line_says_what_is_not_looked_at_and_fits_a_screen():
    asked = [invocation(Settings(client=(one,))).unseen for one in ("docker", "podman", "containerd", "kubernetes")]
    told = [line for unseen in asked for line in clients.lines(unseen, ("podman", "containerd"))]

    assert asked[0] == ()
    assert "trust" in asked[1][0]
    assert "logins" in asked[2][0]
    assert told[0] == "podman and containerd are here too, not looked at (--client podman)"
    assert len(told) == 7
    assert max(map(len, told)) < 72


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("etc/containerd/certs.d/acme.jfrog.io/hosts.toml", "containerd"),
        ("run/containers/0/auth.json", "podman"),
        ("root/.docker/config.json", "docker"),
        ("etc/hosts", "docker"),
    ],
)
def test_the_client_of_a_machine_whose_tree_is_mounted(machine, tmp_path, monkeypatch, name, first):
    """By what is there, whatever is here."""
    monkeypatch.setattr(clients, "HOSTS", Path("/etc/containerd/certs.d"))
    root = tmp_path / "host"
    (root / name).parent.mkdir(parents=True)
    (root / name).touch()

    assert machine("bin/docker", host_root=root).client == (first,)


def test_what_is_not_read_there_is_said(tmp_path):
    (line, store) = clients.lines((), (), tmp_path)

    assert "containerd, CRI-O and the kubelet" in line
    assert "trust store" in store
    (tmp_path / "etc/ssl/certs").mkdir(parents=True)
    assert list(clients.lines((), (), tmp_path)) == [line]


def test_the_root_of_this_machine_is_what_counts_anyway():
    settings = resolve({"image": IMAGE, "host_root": "/"}, {})

    assert (settings.host_root, "host_root" in settings.given) == (None, False)


@pytest.mark.parametrize("place", ["gone", "a-file"])
def test_what_is_no_directory_is_no_tree(tmp_path, place):
    (tmp_path / "a-file").touch()

    with pytest.raises(UsageProblem, match="--host-root takes the directory"):
        resolve({"image": IMAGE, "host_root": str(tmp_path / place)}, {})
