"""A page that shows a person what a pass found, and what verdicts on it come to."""

from dedup.report.corpus import Corpus, of_dump, of_pass
from dedup.report.ingested import of_index
from dedup.report.page import LIMIT, Report, report_of, write
from dedup.report.result import Found, read_result

__all__ = [
    "LIMIT",
    "Corpus",
    "Found",
    "Report",
    "of_dump",
    "of_index",
    "of_pass",
    "read_result",
    "report_of",
    "write",
]
