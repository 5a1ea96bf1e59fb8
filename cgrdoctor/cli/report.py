"""`cgrdoctor report`: what can be done with a report that was written before."""

from __future__ import annotations

from cgrdoctor.cli.table import Rows, Table

COMMANDS: Rows = {
    "show": ("cgrdoctor.cli.report_show", "Show a report in any format."),
    "diff": ("cgrdoctor.cli.report_diff", "What changed from one report to another; 1 if anything got worse."),
    "verify": ("cgrdoctor.cli.report_verify", "Run the checks that had findings again: did the fix help?"),
    "reanalyze": ("cgrdoctor.cli.report_reanalyze", "Judge the facts of a report again, without any network."),
    "validate": ("cgrdoctor.cli.report_validate", "Check a report against the schema."),
    "redact": ("cgrdoctor.cli.report_redact", "Withhold secrets from a report once more."),
    "merge": ("cgrdoctor.cli.report_merge", "Several reports in one summary."),
}

command = Table("report", COMMANDS, help="Show, compare, judge again or mend reports. FILE is a .json or .zip report.")
