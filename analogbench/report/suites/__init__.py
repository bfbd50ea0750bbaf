"""The report of one suite: its figures as in the paper, and published numbers beside measured ones."""

from analogbench.report.suites.write import suite_report_text, write_suite_report

__all__ = ["suite_report_text", "write_suite_report"]
