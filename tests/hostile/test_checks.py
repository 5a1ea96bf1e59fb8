"""Every check of the catalogue over facts that hold anything: none breaks, and no command it proposes does more than it says."""

import subprocess
from pathlib import Path

import pytest
from anything import PWNED, Maker
from runs import WHOLE

from cgrdoctor.engine.board import Outcome
from cgrdoctor.engine.declare import Check
from cgrdoctor.engine.discovery import load
from cgrdoctor.engine.judge import judge_one
from cgrdoctor.model import CheckResult, Command

CHECKS = load().checks
SEEDS = range(200 if WHOLE else 6)
SHELLS = ("shell", "rest")


def judged(check: Check, seed: int) -> CheckResult:
    """The check over facts that hold anything; every third time nothing optional is known."""
    maker = Maker(seed)
    known = {
        fact: Outcome(fact, "observed", maker.of(fact))
        for need in check.needs
        for fact in need.facts
        if need.strength != "optional" or seed % 3
    }
    return judge_one(check, known)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_no_fact_breaks_a_check(check):
    broken = {seed: result.summary for seed in SEEDS if (result := judged(check, seed)).status == "error"}

    assert broken == {}


def commands_of(result: CheckResult) -> list[Command]:
    return [command for finding in result.findings if finding.remedy for command in finding.remedy.commands]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_proposed_command_runs_nothing_that_a_peer_wrote(check, tmp_path):
    """Each command is run by a shell that finds no program but `touch`, which every nasty text tries to call."""
    (tmp_path / "touch").symlink_to("/usr/bin/touch")
    proposed = {one.command for seed in SEEDS for one in commands_of(judged(check, seed)) if one.kind in SHELLS}
    Path(PWNED).unlink(missing_ok=True)

    for command in sorted(proposed):
        subprocess.run(
            ["/bin/sh", "-c", command.replace("\0", "")],
            env={"PATH": str(tmp_path)},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=False,
        )
        assert not Path(PWNED).exists(), command


def test_a_command_that_is_not_quoted_would_be_noticed(tmp_path):
    (tmp_path / "touch").symlink_to("/usr/bin/touch")
    subprocess.run(
        ["/bin/sh", "-c", f"curl https://h.test/; touch {tmp_path}/pwned #"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=10,
    )

    assert (tmp_path / "pwned").exists()


def test_remedies_are_reached_by_these_facts():
    """The proof above is about something: most checks propose commands on some of the facts."""
    proposing = [check.id for check in CHECKS if any(commands_of(judged(check, seed)) for seed in SEEDS)]

    assert len(proposing) > len(CHECKS) // 3
