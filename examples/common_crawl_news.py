"""A day of Common Crawl News: what is told twice, and the pages that stay.

python examples/common_crawl_news.py OUT CC-NEWS-20260306*.warc.gz
"""

import json
import subprocess
import sys
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

out, *archives = sys.argv[1:]
subprocess.run(["dedup", "scan", *archives, "-o", out], check=True)

with Path(out, "duplicates.jsonl").open() as lines:
    for duplicate in map(json.loads, lines):
        print("drop", duplicate["id"], duplicate["relation"], "of", duplicate["duplicate_of"])
for archive in sorted(Path(out, "clean").iterdir()):
    with archive.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            print("keep", record.headers["WARC-Target-URI"])
