"""The command line. Commands load when they run; `--help` and `--version` import nothing but click."""

from __future__ import annotations

import errno

import click

from cgrdoctor import __version__
from cgrdoctor.cli.table import Rows, Table
from cgrdoctor.errors import CgrdoctorError, UsageProblem

COMMANDS: Rows = {
    "check": ("cgrdoctor.cli.check", "Find out why an image does not pull (default command)."),
    "checks": ("cgrdoctor.cli.checks", "List the checks."),
    "explain": ("cgrdoctor.cli.explain", "Explain a code or a check: example, fixes, look-alikes."),
    "graph": ("cgrdoctor.cli.graph", "Show which facts each check needs."),
    "schema": ("cgrdoctor.cli.schema", "Print the JSON Schema of the report."),
    "report": ("cgrdoctor.cli.report", "Show, compare, verify or redact reports."),
    "compare": ("cgrdoctor.cli.compare", "Set two reports side by side."),
    "sweep": ("cgrdoctor.cli.sweep", "Ask for every image of a list on both paths."),
    "fleet": ("cgrdoctor.cli.fleet", "Run it on many machines: what to apply."),
    "demo": ("cgrdoctor.cli.demo", "Run on a simulated fault; --list-faults lists them."),
    "completion": ("cgrdoctor.cli.completion", "Print the completion script of bash, zsh or fish."),
    "lab": ("cgrdoctor.cli.lab", "Serve a simulated registry and Artifactory."),
}

HELP = """Find out why pulling a Chainguard image through JFrog Artifactory fails.

\b
  cgrdoctor IMAGE [OPTIONS]     what you typed after 'docker pull'
  cgrdoctor check --help        every option
  cgrdoctor explain CODE        what a code means and how to fix it
"""


class Doctor(Table):
    """The whole command line."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """What follows the program's name in the usage line."""
        return ["[IMAGE | COMMAND]", "[OPTIONS]"]


program = click.version_option(__version__, prog_name="cgrdoctor", message="%(prog)s %(version)s")(
    Doctor("cgrdoctor", COMMANDS, fallback="check", help=HELP)
)


UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT)
"""What writing to standard output can meet."""


def run(arguments: list[str]) -> int:
    """Runs a command line (without the program's name) and returns the exit status.

    An item of a YAML list (`- image: ...`) is a text, no option.

    2 with one line on standard error if it cannot be used, 3 if something could not be written.
    """
    try:
        arguments = [one.removeprefix("- ").lstrip() if one.startswith("- ") else one for one in arguments]
        status = program.main(args=arguments, prog_name="cgrdoctor", standalone_mode=False)
    except UsageProblem as problem:
        return _refuse(arguments, str(problem), 2)
    except CgrdoctorError as problem:
        return _refuse(arguments, str(problem), 3)
    except click.ClickException as problem:
        from cgrdoctor.cli.usage import usage_line

        return _refuse(arguments, usage_line(problem), 2)
    except click.Abort:
        return 130
    except SystemExit:  # click's answer to a pipe that nobody reads any more; from within a command it is no answer
        return 0
    except OSError as problem:
        if problem.errno not in UNWRITABLE:
            raise
        return _refuse(arguments, f"standard output cannot be written: {problem.strerror}", 3)
    return status if isinstance(status, int) else 0


def _refuse(arguments: list[str], line: str, status: int) -> int:
    from cgrdoctor.cli.unable import ended
    from cgrdoctor.process.streams import tell

    tell(f"cgrdoctor: {line}")
    return ended(arguments, line, status)
