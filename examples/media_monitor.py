"""The ingestion job of a media monitor: of each article of a feed, is it new?

feed | python examples/media_monitor.py stories.idx > new.jsonl

Reads a JSON object a line, with `id`, `text` and `date`, and prints the lines of those that are
new, or that add to what is stored. The rest is told on standard error.
"""

import json
import sys

import dedup

with dedup.Index.open(sys.argv[1]) as index:
    for line in sys.stdin:
        try:
            match = index.add(json.loads(line), replace=True)
        except (ValueError, TypeError, dedup.InputError) as error:
            print("not read:", error, file=sys.stderr)
            continue
        if match is None:
            print(line, end="", flush=True)
            continue
        seen = match.may_go in ("a", "either")
        what = "seen" if seen else "update"
        print(f"{what}: {match.id_a} is {match.relation} of {match.id_b}", file=sys.stderr)
        if not seen:
            print(line, end="", flush=True)
