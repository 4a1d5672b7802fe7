"""Find duplicates on a Ray cluster: python ray_dedup.py news.jsonl ... -o OUT"""

import pyarrow as pa
import ray

from dedup.distributed import parts
from dedup.distributed.dump import parser, parts_of, scan

run, run_bucket = ray.remote(parts.run), ray.remote(parts.run_bucket)
by_bucket, choose, values = map(ray.remote, (parts.by_bucket, parts.choose, parts.values))


class Ray:
    """A table is a list of references to Arrow tables, which lie where they were made."""

    def map(self, stage, task, table, schema, columns=None):
        return [run.options(name=stage).remote(task, schema, part) for part in table]

    def group(self, stage, task, tables, schema):
        schemas, buckets = [None] * len(tables), {}
        for side, table in enumerate(tables):
            for pieces in [by_bucket.remote(part) for part in table]:
                schemas[side], names = ray.get(next(pieces))
                for bucket, piece in zip(names, pieces, strict=True):
                    buckets.setdefault(bucket, []).append((side, piece))
        start = run_bucket.options(name=stage).remote
        found = [zip(*buckets[bucket], strict=True) for bucket in sorted(buckets)]
        found = [start(task, schemas, sides, *pieces) for sides, pieces in found]
        return found or [ray.put(schema.empty_table())]

    def only(self, table, kind, columns=None):
        return [choose.remote("kind", pa.array([kind]), columns, part) for part in table]

    def union(self, tables):
        return [part for table in tables for part in table]

    def among(self, table, column, others):
        wanted = values.remote(column, *others)
        return [choose.remote(column, wanted, None, part) for part in table]

    def keep(self, stage, table):
        return table  # Ray computes again what is lost with a machine.

    def collect(self, table):
        return pa.concat_tables(ray.get(table))


if __name__ == "__main__":
    given = parser(__doc__).parse_args()
    ray.init()
    inputs = [ray.put(part) for part in parts_of(given.inputs)]
    tasks_at_once = int(ray.cluster_resources()["CPU"])
    scan(Ray(), inputs, ray.get, given.out, tasks_at_once, given.bucket_articles)
