"""Code of others in a run: what it raises is its own error, what it prints is no report, and it keeps nothing from ending."""

import json
import os
import select
import signal
from itertools import count

import pytest
from canaries import canary
from front import Plan
from oracle import pull_works
from plugins import installed, node
from published import conforms
from runs import prepared, ran, sampled

LIMIT = 1024 * 1024


@pytest.fixture(scope="module", name="world")
def _world(authority):
    """A healthy world for all runs of this module."""
    with prepared(authority, Plan()) as setup:
        yield setup


@pytest.fixture(name="go")
def _go(nursery, world, tmp_path):
    """A run in that world with a package of these modules."""
    number = count()

    def run(*options, constants=(), environ=(), **modules):
        given = {**installed(tmp_path / f"site{next(number)}", **modules), **dict(environ)}
        return ran(nursery, world, *options, environ=given, constants=dict(constants))

    return run


def own(report):
    """What became of the package's checks, by the number in their ids."""
    return {check["id"].rpartition(".n")[2]: check for check in report["checks"] if check["id"].startswith("acme/toy")}


def unharmed(seen, status):
    """The report of a run in which everything of ours was looked at all the same."""
    report = seen.report
    conforms(report)
    assert pull_works(report)
    assert [check["id"] for check in report["checks"] if check["status"] == "error" and "acme" not in check["id"]] == []
    assert (seen.status, report["exit_status"], report["complete"]) == (status, status, status == 0)
    return report


RAISED = (
    "SystemExit",
    "SystemExit(0)",
    "SystemExit('bye')",
    "KeyboardInterrupt",
    "GeneratorExit",
    "asyncio.CancelledError",
    "type('Own', (BaseException,), {'__str__': lambda _: sys.exit(0)})()",
    "BaseExceptionGroup('', [SystemExit(0), ValueError()])",
    "BrokenPipeError",
    "MemoryError",
    "StopIteration",
)
"""What may come out of foreign code; none of it ends anything but that code."""


def test_whatever_a_probe_or_a_check_raises_is_its_own_error(go):
    probes = "".join(node(number, f"raise {what}") for number, what in enumerate(RAISED))
    checks = "".join(node(100 + number, judging=f"raise {what}\nyield") for number, what in enumerate(RAISED))
    found = "yield info(CODE, 's', subject='s')"
    later = "".join(node(200 + number, judging=f"{found}\nraise {what}") for number, what in enumerate(RAISED))

    seen = go(probes=probes, checks=checks, later=later)

    listed = own(unharmed(seen, 3))
    assert len(listed) == 3 * len(RAISED)
    assert {check["status"] for check in listed.values()} == {"error"}
    assert all("broke" in check["summary"] for check in listed.values())
    assert seen.stderr == ""


def test_whatever_a_module_raises_when_it_is_imported_is_listed_and_its_neighbours_work(go):
    bad = {f"bad{number}": f"raise {what}" for number, what in enumerate(RAISED)}

    seen = go(**bad, good=node(1), zz=node(2))

    report = unharmed(seen, 3)
    listed = {check["id"]: check["status"] for check in report["checks"] if "acme" in check["id"]}
    expected = {f"acme/acme_checks.{name}": "error" for name in bad} | {"acme/toy.n1": "pass", "acme/toy.n2": "pass"}
    assert listed == expected


ODD = {
    "a title that is no text": "@check('acme/toy.n1', title=7, codes=[CODE])",
    "codes that are none": "@check('acme/toy.n1', title='t', codes=['acme/toy'])",
    "a code with odd fields": "@check('acme/toy.n1', title='t', codes=[Code(name='acme/b', title=1, leg='x', owner='y', "
    "meaning='m', fix=None)])",
    "a code of megabytes": "@check('acme/toy.n1', title='t', codes=[Code(name='acme/b', title='t' * 9999999, leg='client', "
    "owner='developer', meaning='m', fix='f')])",
    "an unhashable code": "@check('acme/toy.n1', title='t', codes=[Code(name=[], title='t', leg='client', "
    "owner='developer', meaning='m', fix='f')])",
}


@pytest.mark.parametrize("how", sampled(list(ODD), 4))
def test_a_declaration_that_fits_into_no_report_is_listed(go, how):
    code = (
        f"class F(Fact, frozen=True, kw_only=True): pass\n\n@probe()\nasync def make() -> F: return F()\n\n{ODD[how]}\n"
    )

    seen = go(odd=code + "def judge(fact: F):\n    if False: yield\n", good=node(2))

    listed = {check["id"]: check["status"] for check in unharmed(seen, 3)["checks"] if "acme" in check["id"]}
    assert listed == {"acme/acme_checks.odd": "error", "acme/toy.n2": "pass"}


WRONG = (
    "return 7",
    "return None",
    "return Fact{n}(exchanges=lambda: 0)",
    "return Fact{n}(exchanges=object())",
    "raise Unobservable(7)",
    "raise NotNeeded(None)",
    "raise Unobservable('r' * 20000000, ['a'])",
)
SAYS = (
    "yield info(CODE, 7, subject=None)",
    "yield info(CODE, 's', subject='s', evidence=(n for n in range(9)))",
    "yield info(CODE, 's', subject='s', confidence='sure', leg='arm')",
    "yield info(CODE, 's', subject=object())",
    "yield info(type('C', (), {'name': [], 'leg': 'client', 'owner': 'developer', 'fix': ''}), 's', subject='s')",
    "return 7\nyield",
    "raise Unobservable(object())\nyield",
)


def test_facts_and_findings_that_are_none_spoil_no_report(go):
    seen = go(
        wrong="".join(node(number, probing) for number, probing in enumerate(WRONG)),
        says="".join(node(100 + number, judging=judging) for number, judging in enumerate(SAYS)),
        lacks="class Service: pass\n" + node(200).replace("make200()", "make200(service: Service)"),
    )

    listed = own(unharmed(seen, 3))
    assert {number: check["status"] for number, check in listed.items() if check["status"] != "error"} == {
        **{str(place): "skip" for place, probing in enumerate(WRONG) if probing.startswith("raise")},
        "105": "pass",
        "106": "skip",
    }


LOUD = """
print("at import")
os.write(1, b"raw at import\\n")
os.system("echo child at import")
sys.__stdout__.write("old at import\\n")

def chatter():
    while True:
        print("in a thread")
        os.write(1, b"raw in a thread\\n")
        time.sleep(0.001)

threading.Thread(target=chatter).start()
"""
PRINTS = 'print("uttered"); sys.__stdout__.write("old\\n"); os.write(1, b"raw\\n"); subprocess.run(["echo", "child"])'


@pytest.mark.parametrize("form", ["json", "text", "junit"])
def test_standard_output_is_the_reports_alone(go, form):
    seen = go(
        "-f",
        form,
        loud=LOUD + node(1, f"{PRINTS}\nreturn Fact1()"),
        judging=node(2, judging=f"{PRINTS}\nyield info(CODE, 'x', subject='s')"),
    )

    assert seen.status == 0
    for word in ("at import", "in a thread", "raw\n", "uttered", "old\n", "child\n"):
        assert word not in seen.stdout
    for line in ("at import", "raw at import", "child at import", "in a thread", "raw in a thread", "uttered", "child"):
        assert line in seen.stderr
    if form == "json":
        unharmed(seen, 0)
    else:
        assert seen.stdout.startswith("HEALTHY" if form == "text" else "<?xml")


@pytest.mark.parametrize(
    "how", sampled(["os.close(1)", "sys.__stdout__.close()", "sys.stdout.close()", "sys.stdout = None"], 4)
)
def test_who_closes_standard_output_closes_his_own(go, how):
    unharmed(go(one=node(1, f"{how}\nreturn Fact1()")), 0)


HELPERS = """
async def stubborn():
    while True:
        try:
            await asyncio.sleep(600)
        except BaseException:
            pass

async def leaving():
    sys.exit(0)

async def endless():
    try:
        while True:
            yield 1
    finally:
        time.sleep(600)

"""
LEFT = {
    "a thread": "threading.Thread(target=time.sleep, args=(600,)).start()",
    "a hook": "atexit.register(time.sleep, 600)",
    "a pool": "asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)",
    "a task": "globals()['kept'] = asyncio.create_task(stubborn())",
    "a task that leaves": "asyncio.create_task(leaving())",
    "a callback that leaves": "asyncio.get_running_loop().call_soon(sys.exit, 0)",
    "a generator": "globals()['kept'] = endless(); await anext(globals()['kept'])",
    "a copy of the process": "os.fork()",
    "a child": "subprocess.Popen(['sleep', '3'], start_new_session=True)",
}


@pytest.mark.parametrize("left", sampled(list(LEFT), 5))
def test_a_run_ends_with_its_report_whatever_is_left_over(go, left):
    seen = go(one=HELPERS + node(1, f"{LEFT[left]}\nawait asyncio.sleep(0)\nreturn Fact1()"))

    report, escaped = seen.report, "leaves" in left
    errors = [check["summary"] for check in report["checks"] if check["status"] == "error"]
    assert ["SystemExit" in error for error in errors] == [True] * escaped
    assert (own(report)["1"]["status"], pull_works(report)) == ("pass", True)
    assert seen.status == (3 if escaped else 0)


HANGS = {
    "a probe that sleeps": node(1, "time.sleep(600)"),
    "a probe that computes": node(1, "while True: pass"),
    "a probe that swallows its end": node(1, "await stubborn()"),
    "a check that sleeps": node(1, judging="time.sleep(600)\nyield"),
    "checks that compute": "".join(node(number, judging="while True: pass\nyield") for number in range(5)),
    "findings without end": node(1, judging="while True: yield info(CODE, 's' * 1000000, subject='s')"),
    "threads that compute": "for _ in range(3): threading.Thread(target=exec, args=('while True: pass',)).start()\n",
    "a module that sleeps": "time.sleep(600)",
}


@pytest.mark.parametrize("hanging", sampled(list(HANGS), 5))
def test_a_report_is_whole_in_time_whatever_hangs(go, tmp_path, hanging):
    file = tmp_path / "report.json"
    for _ in range(2):
        seen = go("--deadline", "3", "-o", str(file), one=HELPERS + HANGS[hanging])
        if seen.seconds <= 4:
            break
    else:
        pytest.fail("twice longer than the deadline plus one second")

    report = seen.report
    conforms(report)
    assert report == json.loads(file.read_text())
    assert (seen.status, report["exit_status"]) == (0, 0) if report["complete"] else (3, 3)


@pytest.mark.parametrize("options", sampled([(), ("--only", "pull.*"), ("--skip", "fields.*")], 3), ids=" ".join)
def test_a_module_that_hangs_leaves_time_for_the_run_whatever_is_selected(go, options):
    for _ in range(2):
        seen = go("--deadline", "8", *options, bad="time.sleep(600)")
        if seen.seconds <= 9:
            break
    else:
        pytest.fail("twice longer than the deadline plus one second")

    unharmed(seen, 3)
    assert seen.report["status"] == "incomplete"
    assert "broke" in seen.report["summary"]


def test_a_module_that_holds_the_interpreter_is_ended_whatever_is_selected(nursery, world, tmp_path):
    argv = [world.lab.image, *world.arguments, "--deadline", "1", "--only", "pull.*"]
    environ = {**world.environ, **installed(tmp_path / "site", one=HOLD)}
    constants = {"cgrdoctor.process.alarm:HELD": 0.5}
    nursery.begin(argv, environ, tmp_path / "stdout", tmp_path / "stderr", constants=constants)

    assert nursery.end()["status"] == -signal.SIGALRM


def test_a_module_that_does_not_come_to_an_end_is_listed_and_nothing_else_waits_for_it(go):
    seen = go(bad="while True: time.sleep(1)", constants={"cgrdoctor.engine.discovery:IMPORT": 0.3})

    errors = [check for check in unharmed(seen, 3)["checks"] if check["status"] == "error"]
    assert ["does not import" in check["summary"] for check in errors] == [True]


CALLED_OFF = {
    "every task": "for task in asyncio.all_tasks(): task.cancel()",
    "the loop": "asyncio.get_running_loop().stop()",
}


@pytest.mark.parametrize("what", sampled(list(CALLED_OFF), 3))
def test_a_package_that_calls_everything_off_is_listed_in_a_whole_report(go, what):
    seen = go(one=node(1, f"{CALLED_OFF[what]}\nawait asyncio.sleep(0.05)\nreturn Fact1()"))

    report = seen.report
    conforms(report)
    assert (seen.status, report["exit_status"], report["complete"]) == (3, 3, False)
    errors = " ".join(check["summary"] for check in report["checks"] if check["status"] == "error")
    assert "CancelledError" in errors or "RuntimeError" in errors


def test_a_copy_of_the_process_ends_soon_after_the_deadline(go, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    copying = f"os.open({str(pipe)!r}, os.O_RDWR)\nif os.fork() == 0:\n    time.sleep(600)\nreturn Fact1()"

    seen = go("--deadline", "4", one=node(1, copying), constants={"cgrdoctor.process.alarm:HELD": 0.5})

    conforms(seen.report)
    assert select.select([reader], [], [], 20)[0]
    assert os.read(reader, 1) == b""
    os.close(reader)


HOLD = 're.match(r"(a+)+$", "a" * 64 + "b")'
"""A search that would take longer than the world stands, in one call that nothing interrupts."""


@pytest.mark.parametrize("place", sampled(["probe", "import", "check"], 3))
def test_a_held_interpreter_is_ended_by_the_systems_timer(nursery, world, tmp_path, place):
    code = {"import": HOLD, "probe": node(1, HOLD), "check": node(1, judging=f"{HOLD}\nyield")}[place]
    argv = [world.lab.image, *world.arguments, "--deadline", "1"]
    environ = {**world.environ, **installed(tmp_path / "site", one=code)}
    constants = {"cgrdoctor.process.alarm:HELD": 0.5}
    nursery.begin(argv, environ, tmp_path / "stdout", tmp_path / "stderr", constants=constants)

    assert nursery.end()["status"] == -signal.SIGALRM


def test_an_author_who_asks_sees_the_traceback_and_no_secret(go):
    secret = canary(1, "/+ ")
    code = (
        f"raise SystemExit({WORDS!r})\n",
        node(1, f"raise ValueError({WORDS!r} + os.environ['CGRDOCTOR_REGISTRY_PASSWORD'])"),
        node(2, judging="raise KeyboardInterrupt('see ' + os.environ['CGRDOCTOR_REGISTRY_PASSWORD'])\nyield"),
    )
    environ = {"CGRDOCTOR_REGISTRY_USER": "alice", "CGRDOCTOR_REGISTRY_PASSWORD": secret.text}

    quiet = go(module=code[0], nodes=code[1] + code[2], environ=environ)
    loud = go("-v", module=code[0], nodes=code[1] + code[2], environ=environ)

    assert quiet.stderr == ""
    assert loud.stderr.count("Traceback (most recent call last)") == 3
    for word in ("module.py", "make1", "judge2", "SystemExit", "ValueError", "KeyboardInterrupt", WORDS):
        assert word in loud.stderr
    assert secret.text not in loud.stderr + loud.stdout


WORDS = "what an author wants to read"

STEPS = "Remedy(summary='r', steps=tuple('t' * 100000 for _ in range(100)))"
MUCH = {
    "100,000 findings": (
        "for n in range(100000): yield (fail if n == 700 else info)(CODE, 's' * 1000, subject=str(n))",
        100,
    ),
    "a finding of 20 MB": ("yield fail(CODE, 's' * 20000000, subject='x' * 20000000, evidence=['x1'] * 100000)", 1),
    "steps of megabytes": (
        f"from cgrdoctor.model import Remedy\nyield fail(CODE, 's', subject='s', remedy={STEPS})",
        1,
    ),
}


@pytest.mark.parametrize("kind", sampled(list(MUCH), 9))
def test_findings_without_measure_are_cut_and_say_so(go, tmp_path, kind):
    judging, kept = MUCH[kind]

    seen = go("-o", str(tmp_path / "report.zip"), one=node(1, judging=judging))

    conforms(seen.report)
    result = own(seen.report)["1"]
    assert (result["status"], len(result["findings"])) == ("fail", kept)
    assert result["findings"][0]["severity"] == "fail"
    assert len(seen.stdout) < LIMIT
    assert "acme/toy.n1" in seen.report["truncated"]
    assert seen.report["complete"]
    assert (seen.status, pull_works(seen.report)) == (1, True)


def test_many_checks_with_many_findings_and_large_facts_fit_into_a_report(go):
    much = "for n in range(200): yield fail(CODE, 's' * 1900, subject=str(n))"
    fact = "return Fact{n}(exchanges=tuple('x' * 100 for _ in range(2000)))"

    seen = go(one="".join(node(number, fact, much) for number in range(20)))

    conforms(seen.report)
    assert len(seen.stdout) < LIMIT
    assert {check["status"] for check in own(seen.report).values()} == {"fail"}
    assert "acme/toy.n19" in seen.report["truncated"]
    assert "fact9" in seen.report["truncated"]
    assert pull_works(seen.report)
