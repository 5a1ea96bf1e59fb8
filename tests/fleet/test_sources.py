"""What can be merged: files of the same name, directories, patterns, archives, lists, what kubectl printed."""

import gzip
import io
import json
import os
import random
import tarfile
import time
import zipfile

import pytest
from machines import Machine

from cgrdoctor.errors import UsageProblem
from cgrdoctor.fleet import archive
from cgrdoctor.fleet.collect import collect
from cgrdoctor.fleet.sources import entries
from cgrdoctor.report import json as reports
from cgrdoctor.report.bundle import encode as bundle

DICE = random.Random(1)
WHOLE = {name: reports.encode(Machine(name).report(DICE)) for name in ("n1", "n2", "n3")}
LINE = {name: Machine(name).line(DICE) for name in ("n1", "n2", "n3")}


def read(*given, stdin=b""):
    return collect(entries([str(one) for one in given], io.BytesIO(stdin)))


def members(fleet):
    return [(member.name, member.node) for member in fleet.members]


def why(fleet):
    return {one.name: one.why for one in fleet.unreadable}


@pytest.fixture
def tree(tmp_path):
    """Two reports of the same name, a list, a line alone, a bundle, and what is none of them."""
    for place in ("a", "b", ".git"):
        (tmp_path / place).mkdir()
    (tmp_path / "a/report.json").write_bytes(WHOLE["n1"])
    (tmp_path / "b/report.json").write_bytes(WHOLE["n2"])
    (tmp_path / "b/all.ndjson").write_bytes(LINE["n3"] + b"\n" + b'{"half')
    (tmp_path / "b/verdict").write_bytes(LINE["n1"])
    (tmp_path / "b/bundle.zip").write_bytes(bundle(Machine("n9").report(DICE)))
    (tmp_path / ".git/report.json").write_bytes(WHOLE["n3"])
    (tmp_path / "README.md").write_text("no report")
    return tmp_path


ALL = [
    ("a/report.json", "n1"),
    ("b/all.ndjson:1", "n3"),
    ("b/bundle.zip", "n9"),
    ("b/report.json", "n2"),
    ("b/verdict", "n1"),
]


def test_a_directory_holds_reports_of_the_same_name(tree):
    found = read(tree)

    assert sorted(members(found)) == ALL
    assert list(why(found)) == ["b/all.ndjson:3"]


def test_files_directories_and_patterns_are_named_from_where_they_meet(tree):
    assert members(read(tree / "a/report.json", tree / "b/report.json")) == [
        ("a/report.json", "n1"),
        ("b/report.json", "n2"),
    ]
    assert members(read(tree / "a/report.json")) == [("report.json", "n1")]
    assert members(read(tree / "*/report.json")) == [("a/report.json", "n1"), ("b/report.json", "n2")]
    assert members(read(tree / "a", tree / "a/report.json")) == [("report.json", "n1")]


@pytest.mark.parametrize("word", ["nowhere.json", "nothing-*.json", "no/such/place"])
def test_a_word_that_leads_nowhere_is_refused(word, tmp_path):
    with pytest.raises(UsageProblem, match=r"there is no file|nothing matches"):
        read(tmp_path / word)


def packed(tree, mode):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as tar:
        tar.add(tree, ".")
    return stream.getvalue()


@pytest.mark.parametrize("mode", ["w:", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_is_read_as_it_comes(tree, mode):
    found = read("-", stdin=packed(tree, mode))

    assert sorted(members(found)) == ALL
    assert list(why(found)) == ["b/all.ndjson:3"]


@pytest.mark.parametrize(
    ("mode", "ending"),
    [("w:", "tar"), ("w:gz", "tgz"), ("w:bz2", "tbz2"), ("w:bz2", "TBZ"), ("w:xz", "txz"), ("w:xz", "tar.xz")],
)
def test_an_archive_in_a_directory_is_opened_whatever_it_is_called(tree, tmp_path_factory, mode, ending):
    folder = tmp_path_factory.mktemp("archives")
    (folder / f"all.{ending}").write_bytes(packed(tree, mode))

    assert len(members(read(folder))) == len(ALL)


@pytest.mark.parametrize("piped", [True, False])
def test_a_zip_is_read_from_a_pipe_and_from_a_file(tree, piped):
    file = tree.parent / "all.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archived:
        for path in sorted(tree.rglob("*")):
            archived.write(path, path.relative_to(tree))
    found = read("-", stdin=file.read_bytes()) if piped else read(file)

    assert sorted(members(found)) == ALL


def member(tar, name, data=b"", **changes):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in changes.items():
        setattr(info, key, value)
    tar.addfile(info, io.BytesIO(data))


def test_links_and_paths_that_lead_outside_are_not_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        member(tar, "../outside.json", WHOLE["n1"])
        member(tar, "/etc/outside.json", WHOLE["n1"])
        member(tar, "link.json", type=tarfile.SYMTYPE, linkname="/etc/passwd")
        member(tar, "hard.json", type=tarfile.LNKTYPE, linkname="in.json")
        member(tar, "device.json", type=tarfile.CHRTYPE)
        member(tar, "in.json", WHOLE["n2"])
    found = read("-", stdin=stream.getvalue())

    assert (members(found), why(found)) == ([("in.json", "n2")], {})
    assert list(tmp_path.iterdir()) == []


def test_two_members_of_one_name_are_two_reports():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        member(tar, "report.json", WHOLE["n1"])
        member(tar, "report.json", WHOLE["n2"])

    assert members(read("-", stdin=stream.getvalue())) == [("report.json", "n1"), ("report.json#2", "n2")]


def test_what_is_too_large_or_too_much_is_told(monkeypatch):
    monkeypatch.setattr(archive, "MEMBERS", 3)
    monkeypatch.setattr(archive, "LARGEST", 200_000)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        member(tar, "large.json", b" " * 300_000)
        for name in ("n1", "n2", "n3"):
            member(tar, f"{name}.json", LINE[name])
    found = read("-", stdin=stream.getvalue())

    assert [node for _, node in members(found)] == ["n1", "n2"]
    assert "larger than" in why(found)["large.json"]
    assert any("more than 3 members" in text for text in why(found).values())


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("mode", ["w:", "w:gz", "w:xz"])
def test_of_a_damaged_archive_what_came_before_is_merged(tree, mode, kept):
    data = packed(tree, mode)
    found = read("-", stdin=data[: int(len(data) * kept)])

    assert found.unreadable
    assert {member.node for member in found.members} <= {"n1", "n2", "n3", "n9"}


def pod(name, node, message=None, *, container="cgrdoctor", **waiting):
    ended = (
        {"terminated": {"exitCode": 0, "reason": "Completed", "message": message}} if message is not None else waiting
    )
    return {
        "metadata": {"name": name, "namespace": "doctor", "labels": {}},
        "spec": {"nodeName": node, "containers": [{"name": "wait", "env": [{"name": "X", "value": "{"}]}]},
        "status": {"phase": "Pending", "initContainerStatuses": [{"name": container, "state": ended}]},
    }


def test_lines_come_out_of_the_termination_messages_of_pods():
    nameless = json.loads(LINE["n2"]) | {"node": None}
    pods = [
        pod("a", "n1", LINE["n1"].decode()),
        pod("b", "worker-2", json.dumps(nameless)),
        pod("c", "n3", LINE["n3"].decode()[:300]),
        pod("d", "n4", waiting={"reason": "ImagePullBackOff"}),
        pod("e", "n5", "Error: it broke"),
        pod("other", "n6", "done", container="app"),
    ]
    found = read("-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}, indent=4).encode())

    assert members(found) == [("doctor/a", "n1"), ("doctor/b", "worker-2")]
    assert set(why(found)) == {"doctor/c", "doctor/d", "doctor/e"}
    assert "ImagePullBackOff" in why(found)["doctor/d"]


def test_what_other_containers_leave_is_not_ours():
    other = json.dumps({"schema_version": "9", "level": "error", "message": "done"})
    half = pod("d", "n4", LINE["n3"].decode()[:300])
    half["status"]["initContainerStatuses"][0]["lastState"] = {"terminated": {"message": LINE["n3"].decode()}}
    again = pod("e", "n5", waiting={"reason": "CrashLoopBackOff"})
    again["status"]["initContainerStatuses"][0]["lastState"] = {"terminated": {"message": LINE["n3"].decode()}}
    pods = [pod("a", "n1", LINE["n1"].decode()), pod("b", "n2", other, container="app")]
    pods += [pod("c", "n3", LINE["n2"].decode(), container="my-doctor"), half, again]
    found = read("-", stdin=json.dumps({"kind": "List", "items": pods}).encode())

    assert members(found) == [("doctor/a", "n1"), ("doctor/c", "n2"), ("doctor/e", "n3")]
    assert set(why(found)) == {"doctor/d"}, "what an earlier run found says nothing of one that left half a line"


@pytest.mark.parametrize("before", [b'2,"codes":[]}', b"Defaulted container", b"", b'{"half'])
@pytest.mark.parametrize("place", ["-", "lines.txt.json"])
def test_a_list_is_known_by_any_of_its_lines(before, place, tmp_path):
    data = b"\n".join([before, LINE["n1"].strip(), LINE["n2"].strip(), b""])
    if place != "-":
        place = tmp_path / place
        place.write_bytes(data)
    found = read(place, stdin=data)

    assert [node for _, node in members(found)] == ["n1", "n2"]
    assert len(found.unreadable) == bool(before)


PODS = [pod("a", "n1", LINE["n1"].decode()), pod("b", "n2", LINE["n2"].decode())]
SEVERAL = {
    "lists of two clusters": "\n".join(json.dumps({"kind": "List", "items": [one]}, indent=4) for one in PODS),
    "reports": (WHOLE["n1"] + WHOLE["n2"]).decode(),
    "pods on a line each": "\n".join(json.dumps({"apiVersion": "v1", "kind": "Pod", **one}) for one in PODS),
    "an array of lines": f"[{LINE['n1'].decode()},{LINE['n2'].decode()}]",
    "an array of pods": json.dumps([{"kind": "Pod", **one} for one in PODS], indent=2),
    "lines": (LINE["n1"] + LINE["n2"]).decode(),
}
"""What shells make of several documents: one behind the other, or one array."""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("kind", SEVERAL)
def test_several_documents_come_in_one_stream(kind, encoding):
    found = read("-", stdin=SEVERAL[kind].encode(encoding))

    assert [node for _, node in members(found)] == ["n1", "n2"]
    assert found.unreadable == []


def test_what_unpacks_to_much_takes_time_by_its_size_alone():
    def seconds(size):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w:gz") as tar:
            member(tar, "large.json", bytes(size))
            member(tar, "small.json", LINE["n1"])
        begin = time.process_time()
        found = read("-", stdin=stream.getvalue())
        took = time.process_time() - begin
        assert [node for _, node in members(found)] == ["n1"]
        return took

    unpacking = min(seconds(64 << 20) for _ in range(2))
    plain = time.process_time()
    gzip.decompress(gzip.compress(bytes(64 << 20), 1))
    assert unpacking < 6 * max(time.process_time() - plain, 0.05)


def test_one_pod_is_no_list():
    data = {"kind": "Pod", **pod("a", "n1", LINE["n1"].decode())}

    assert members(read("-", stdin=json.dumps(data).encode())) == [("doctor/a", "n1")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"[]",
        b"[" * 50_000,
        b"[{}\n}\n{",
        b"{}",
        b'{"schema_version":"1.1"}',
        b"\x00" * 600,
        b'{"kind":"List","items":[]}',
        b"PK\x03\x04x",
        b"\x1f\x8bx",
    ],
)
def test_what_is_nothing_is_unreadable(data, tmp_path):
    (tmp_path / "x.json").write_bytes(data)
    found = read(tmp_path / "x.json")

    assert (found.members, len(found.unreadable)) == ([], 1)


def test_another_major_version_is_unreadable_and_the_rest_is_merged(tmp_path):
    (tmp_path / "a.json").write_bytes(WHOLE["n1"].replace(b'"schema_version": "1', b'"schema_version": "7'))
    (tmp_path / "b.json").write_bytes(WHOLE["n2"])
    found = read(tmp_path)

    assert members(found) == [("b.json", "n2")]
    assert "7." in why(found)["a.json"]


def test_a_pipe_is_read_like_a_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    if os.fork() == 0:
        pipe.write_bytes(LINE["n1"])
        os._exit(0)

    assert [node for _, node in members(read(pipe))] == ["n1"]
    os.wait()
