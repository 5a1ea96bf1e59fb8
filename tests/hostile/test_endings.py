"""Where this machine fails a run: nobody reads, nothing can be written, nothing may be opened. One line, the documented status."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from acts import ACTS
from front import Plan
from oracle import nothing_broke, pull_works
from published import conforms
from runs import WHOLE, prepared, sampled

ROOT = os.geteuid() == 0
FULL = Path("/dev/full")
needs_root = pytest.mark.skipif(not ROOT, reason="mounts need root")


@pytest.fixture(scope="module", name="world")
def _world(authority):
    """A healthy world for all runs of this module."""
    with prepared(authority, Plan()) as setup:
        yield setup


@pytest.fixture(name="go")
def _go(nursery, world, tmp_path):
    """Runs in that world; gives the status, what standard output and standard error held."""

    def run(*options, stdout=None, environ=None, **terms):
        streams = (stdout or tmp_path / "stdout", tmp_path / "stderr")
        argv = [world.lab.image, *world.arguments, "-f", "json", *options]
        nursery.begin(argv, world.environ if environ is None else environ, *streams, **terms)
        told = nursery.end()
        shown = (path.read_text() if path.is_file() else "" for path in streams)
        return told["status"], *shown

    return run


def works(ended):
    """A whole run with its report, whatever was lacking."""
    status, stdout, stderr = ended
    report = json.loads(stdout)
    conforms(report)
    assert nothing_broke(report) == []
    assert pull_works(report), report["summary"]
    assert (status, report["exit_status"], stderr) == (0, 0, "")


def one_line(stderr, *words):
    assert stderr.count("\n") == 1, stderr
    assert stderr.startswith("cgrdoctor: ")
    assert "Traceback" not in stderr
    for word in words:
        assert word in stderr


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_under_standard_output_is_one_line_and_status_3(go):
    status, _, stderr = go(stdout=FULL)

    assert status == 3
    one_line(stderr, "standard output", "No space left")


def test_a_pipe_that_nobody_reads_changes_nothing(nursery, world, tmp_path):
    pipe, file = tmp_path / "pipe", tmp_path / "report.json"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    argv = [world.lab.image, *world.arguments, "-f", "json", "-o", str(file)]
    nursery.begin(argv, world.environ, pipe, tmp_path / "stderr")
    os.close(reader)

    status = nursery.end()["status"]
    works((status, file.read_text(), (tmp_path / "stderr").read_text()))


@contextmanager
def mounted(folder, options):
    """A small file system of its own."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "cgrdoctor-test", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@needs_root
def test_a_full_disk_under_a_file_is_one_line_and_status_3(go, tmp_path):
    (folder := tmp_path / "small").mkdir()
    with mounted(folder, "size=16k"):
        status, stdout, stderr = go("-o", str(folder / "report.json"), "-o", str(tmp_path / "report.md"))
        left = sorted(folder.iterdir())

    report = json.loads(stdout)
    assert (status, report["exit_status"], report["status"]) == (3, 3, "incomplete")
    one_line(stderr, str(folder), "No space left")
    assert left == []
    assert "could not be written" in (tmp_path / "report.md").read_text()


@needs_root
def test_a_read_only_directory_is_refused_before_the_first_packet(go, world, tmp_path):
    (folder := tmp_path / "fixed").mkdir()
    before = len(world.front.heard)
    with mounted(folder, "ro"):
        status, stdout, stderr = go("-o", str(folder / "report.json"))

    assert (status, stdout) == (2, "")
    one_line(stderr, str(folder), "not writable")
    assert len(world.front.heard) == before


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("{0}/missing/report.json", "no directory"),
        ("{0}/stderr/report.json", "no directory"),
        ("{0}/folder.json", "is a directory"),
        ("{0}/report.docx", "must end in"),
        ("{0}/" + "x" * 300 + ".json", "too long"),
        ("/proc/report.json", "cannot be written"),
    ],
)
def test_an_output_that_cannot_be_is_one_line(go, tmp_path, place, word):
    (tmp_path / "folder.json").mkdir()
    status, _, stderr = go("-o", place.format(tmp_path))

    assert status == (3 if place.startswith("/proc") else 2)
    one_line(stderr, word)


@pytest.mark.parametrize("home", sampled([None, "/nonexistent", "", "relative", "/dev/null"], 5))
def test_no_home_is_no_trouble(go, world, home):
    environ = {name: value for name, value in world.environ.items() if name != "HOME"}

    works(go(environ=environ if home is None else {**environ, "HOME": home}))


@pytest.mark.parametrize("closed", sampled([(0, 2), (0,), (2,)], 3))
def test_closed_streams_are_no_trouble(go, closed):
    works(go(closed=closed))


def test_without_standard_output_the_files_are_written(go, tmp_path):
    file = tmp_path / "report.json"
    status, stdout, stderr = go("-o", str(file), closed=(1,))

    works((status, file.read_text(), stdout + stderr))


def test_64_open_files_are_enough(go):
    works(go("--download", files=64))


@pytest.mark.parametrize("files", sampled([8, 7, 9, 10, 12], 5))
def test_too_few_open_files_are_not_blamed_on_anybody(go, files):
    status, stdout, stderr = go(files=files)

    assert "Traceback" not in stderr
    if status == 2:
        one_line(stderr, "--cacert", "Too many open files")
        return
    report = json.loads(stdout)
    assert (report["diagnosis"], report["exit_status"]) == ([], status)
    assert status == (0 if report["complete"] else 3)
    assert pull_works(report) or not report["complete"]


def test_a_working_directory_that_is_gone_is_no_trouble(go, tmp_path):
    (tmp_path / "gone").mkdir()
    file = tmp_path / "report.json"

    works(go("-o", str(file), folder=str(tmp_path / "gone"), gone=True))
    assert json.loads(file.read_text())["status"] == "healthy"


@pytest.mark.parametrize("options", [("-o", "report.json"), ("-o", "../report.json"), ("--config", "cgrdoctor.toml")])
def test_a_path_from_a_working_directory_that_is_gone_is_one_line(go, tmp_path, options):
    (tmp_path / "gone").mkdir()

    status, stdout, stderr = go(*options, folder=str(tmp_path / "gone"), gone=True)

    assert (status, stdout) == (2, "")
    one_line(stderr, options[0] if options[0] == "-o" else options[1])


@needs_root
@pytest.mark.skipif(not WHOLE, reason="a process of its own, which costs a second")
def test_no_temporary_directory_is_no_trouble(world, tmp_path):
    """Every place for temporary files is read-only, and the working directory too."""
    places = [place for place in ("/tmp", "/var/tmp", "/usr/tmp") if Path(place).is_dir()]
    fixed = [f"mount --bind {place} {place} && mount -o remount,ro,bind {place}" for place in places]
    script = " && ".join([*fixed, "cd /proc", 'exec "$@"'])
    command = [sys.executable, "-m", "cgrdoctor", world.lab.image, *world.arguments, "-f", "json"]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**world.environ, "TMPDIR": "/nonexistent"},
    )

    works((done.returncode, done.stdout, done.stderr))


@pytest.mark.parametrize("numbers", sampled([(signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT)], 2))
def test_a_second_signal_leaves_at_once(nursery, authority, tmp_path, numbers):
    first, second = numbers
    file = tmp_path / "report.json"
    with prepared(authority, Plan(when=lambda _asked: True, act=ACTS["silent-header"])) as setup:
        argv = [setup.lab.image, *setup.arguments, "-f", "json", "-o", str(file)]
        pid = nursery.begin(argv, setup.environ, tmp_path / "stdout", tmp_path / "stderr")
        while not setup.front.heard:
            pass
        os.kill(pid, signal.SIGSTOP)
        os.kill(pid, first)
        os.kill(pid, second)
        os.kill(pid, signal.SIGCONT)
        status = nursery.end()["status"]

    assert status in ({130, 143} if first != second else {130})
    assert (tmp_path / "stderr").read_text() == ""
    assert not file.exists() or json.loads(file.read_text())["status"] == "interrupted"
