"""Standard output while it is kept, and writing to who reads slowly or not at all."""

from __future__ import annotations

import io
import os
import signal
import socket
import sys
import threading
import time

import pytest

from cgrdoctor.process import own, streams
from cgrdoctor.process.alarm import Alarm
from cgrdoctor.process.outlet import NotTaken, kept, pour
from cgrdoctor.process.streams import put, tell
from cgrdoctor.process.watchdog import Ending


def test_what_others_write_meanwhile_goes_to_standard_error(capfd):
    with kept():
        put(b"report\n")
        print("printed")
        os.write(1, b"raw\n")
        os.system("echo child")
        put(b"end\n")
    print("after")
    os.write(1, b"raw after\n")

    out, err = capfd.readouterr()
    assert out == "report\nend\nafter\nraw after\n"
    assert sorted(err.split()) == ["child", "printed", "raw"]


def test_it_is_given_back_whatever_happens(capfd):
    before = sys.stdout
    with pytest.raises(SystemExit), kept(), kept():
        sys.exit(1)

    os.write(1, b"ours again\n")
    assert sys.stdout is before
    assert capfd.readouterr() == ("ours again\n", "")


def test_a_stream_without_a_number_is_kept_too(monkeypatch, capfd):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    with kept():
        print("printed")
        os.write(1, b"raw\n")
        put("report ü\n".encode())

    assert stream.buffer.getvalue() == "report ü\n".encode()
    assert sorted(capfd.readouterr().err.split()) == ["printed", "raw"]


def reading(end, size, pause):
    """Everything a reader gets who takes so many bytes at a time."""
    taken = bytearray()
    while piece := end.recv(size):
        taken += piece
        time.sleep(pause)
    return bytes(taken)


@pytest.mark.parametrize("blocking", [True, False])
def test_a_socket_whose_reader_is_slow_gets_everything(blocking):
    near, far = socket.socketpair()
    near.setblocking(blocking)
    data, found = os.urandom(600_000), []
    reader = threading.Thread(target=lambda: found.append(reading(far, 50_000, 0.02)))
    reader.start()
    with near, near.makefile("w") as stream:
        pour(data, stream, patience=5.0)
    reader.join()
    far.close()

    assert found == [data]


def test_a_byte_that_is_taken_is_a_sign_of_life(tmp_path):
    reader, writer = os.pipe()
    data, found, over = os.urandom(200_000), bytearray(), threading.Event()

    def read():
        while not over.wait(0.05):
            found.extend(os.read(reader, 1))
        while piece := os.read(reader, 65536):
            found.extend(piece)

    thread = threading.Thread(target=read)
    thread.start()
    threading.Timer(1.0, over.set).start()
    with open(writer, "w") as stream:
        pour(data, stream, patience=0.5)
    thread.join()
    os.close(reader)

    assert bytes(found) == data


def test_a_reader_who_takes_nothing_is_given_up_and_finds_everything_later():
    reader, writer = os.pipe()
    data = os.urandom(300_000)
    with open(writer, "w") as stream, pytest.raises(NotTaken):
        pour(data, stream, patience=0.3)

    found = b"".join(iter(lambda: os.read(reader, 65536), b""))
    os.close(reader)
    assert data.startswith(found)
    assert found == data or sys.platform != "linux"


def test_nobody_waits_long_for_standard_error(monkeypatch):
    monkeypatch.setattr(streams, "LINE", 0.1)
    reader, writer = os.pipe()
    with open(writer, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        tell("x" * 200_000)
        tell("dropped")
    os.close(reader)


def test_in_a_process_of_others_no_timer_is_set_and_none_is_left():
    handler, ending = signal.getsignal(signal.SIGALRM), Ending(lambda: 7, time.monotonic() + 60, lambda: None)
    ending.start()
    armed = signal.getitimer(signal.ITIMER_REAL)

    assert (ending.finish(), armed) == (7, (0.0, 0.0))
    assert (signal.getitimer(signal.ITIMER_REAL), signal.getsignal(signal.SIGALRM)) == ((0.0, 0.0), handler)


def test_in_its_own_process_the_timer_is_beyond_the_deadline_pushed_on_and_put_away(monkeypatch):
    monkeypatch.setattr(own, "_own", True)
    alarm = Alarm()
    try:
        alarm.set(time.monotonic() + 100)
        first = signal.getitimer(signal.ITIMER_REAL)[0]
        alarm.set(time.monotonic() - 100)
        late = signal.getitimer(signal.ITIMER_REAL)[0]
    finally:
        alarm.clear()
    alarm.set(time.monotonic() + 100)

    assert 102 < first <= 103
    assert 2 < late <= 3
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
