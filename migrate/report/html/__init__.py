"""The report as one page that needs nothing else: to be shown around, printed, and put beside an exported preview."""

from migrate.report.html.page import html_report

__all__ = ["html_report"]
