"""A training corpus: shards of Parquet in, the same shards without what is told twice out.

python examples/training_corpus.py SHARDS OUT
"""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

shards, out = map(Path, sys.argv[1:])
subprocess.run(["dedup", "scan", shards, "-o", out, "--keep", "longest"], check=True)

for shard in sorted(shards.glob("**/*.parquet")):
    name = shard.relative_to(shards)
    before, after = (pq.read_metadata(it).num_rows for it in (shard, out / "clean" / name))
    print(f"{name}: {before:,} rows, {after:,} kept")
counts = json.loads((out / "summary.json").read_bytes())["counts"]
for name, count in counts.items():
    if name in ("read", "kept", "rejected") or (name.startswith("dropped_") and count):
        print(f"{name}: {count:,}")
