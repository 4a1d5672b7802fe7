"""Detectors that go from files to files, as their own documentation runs them.

Each `load_...` returns the function that is measured; it works in the current folder, which is
empty. The groups that it returns are read from what was written when they are asked for: that
belongs to no detector.
"""

import os
import pickle
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import Any

from corpora import DEDUP, read
from libraries import Find, import_
from truth import Groups, stars

WORKERS = os.cpu_count() or 1


def load_dedup(*options: str, drops: bool = False) -> Find:
    """The versions of each story, or only what is dropped of them and in whose place."""

    def find(path: Path) -> Groups:
        command = [str(DEDUP), "scan", str(path), "-o", "out", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return dropped() if drops else stories()

    def stories() -> Iterator[list[str]]:
        for story in read(Path("out/stories.jsonl")):
            yield [story["id"], *(version["id"] for version in story["versions"])]

    def dropped() -> Iterator[list[str]]:
        rows = read(Path("out/duplicates.jsonl"))
        yield from stars((row["id"], row["duplicate_of"]) for row in rows)

    return find


def load_datatrove() -> Find:
    """The four steps of its example of deduplication, FineWeb's settings, two local workers."""
    dedup = import_("datatrove.pipeline.dedup.minhash")
    executor = import_("datatrove.executor").LocalPipelineExecutor
    reader = import_("datatrove.pipeline.readers").JsonlReader
    writer = import_("datatrove.pipeline.writers.jsonl").JsonlWriter
    numpy = import_("numpy")
    config = dedup.MinhashConfig(
        n_grams=5,
        num_buckets=14,
        hashes_per_bucket=8,
        # Its default, xxhash, fails with xxhash 4, which takes no strings.
        hash_config=import_("datatrove.utils.hashing").HashConfig(precision=64, hash_fc="sha1"),
    )

    def step(name: str, tasks: int, *pipeline: Any) -> None:
        executor(
            pipeline=list(pipeline),
            tasks=tasks,
            workers=min(WORKERS, tasks),
            logging_dir=str(Path("logs", name).absolute()),
        ).run()

    def find(path: Path) -> Groups:
        deal(path, Path("input"), WORKERS)
        parts = ("input", "sigs", "dups", "ids", "out")
        articles, sigs, dups, ids, out = (str(Path(part).absolute()) for part in parts)
        read_input = reader(articles, compression=None)
        step("1", WORKERS, read_input, dedup.MinhashDedupSignature(sigs, config))
        buckets = dedup.MinhashDedupBuckets(sigs, dups, config=config)
        step("2", config.num_buckets, buckets)
        step("3", 1, dedup.MinhashDedupCluster(dups, ids, config, save_cluster_id=True))
        step("4", WORKERS, read_input, dedup.MinhashDedupFilter(ids), writer(out))
        return groups()

    def groups() -> Iterator[list[str]]:
        stories: dict[int, list[str]] = {}
        for number in range(WORKERS):
            part = [record["id"] for record in read(Path(f"input/{number}.jsonl"))]
            rows = numpy.fromfile(f"ids/{number:06d}.clusters", "<u4").reshape(-1, 2).tolist()
            for row, story in rows:
                stories.setdefault(story, []).append(part[row])
        yield from stories.values()

    return find


def deal(path: Path, folder: Path, parts: int) -> None:
    """Deal the lines of a file to so many files, which are what a program's workers share."""
    folder.mkdir()
    with ExitStack() as stack, path.open("rb") as lines:
        files = [stack.enter_context((folder / f"{it}.jsonl").open("wb")) for it in range(parts)]
        for line, file in zip(lines, cycle(files), strict=False):
            file.write(line)


TEXT_DEDUP = """
[input]
input_type = "local_files"
file_type = "json"
[input.read_arguments]
path = "json"
data_files = "{path}"
split = "train"
cache_dir = "cache"
[algorithm]
algorithm_name = "minhash"
text_column = "text"
seed = 42
batch_size = 10000
num_perm = 240
threshold = 0.7
false_positive_weight = 0.5
false_negative_weight = 0.5
hash_bits = 64
ngram_size = 5
check_false_positive = true
[output]
output_dir = "output"
clean_cache = false
save_clusters = true
[debug]
enable_profiling = false
"""


def load_text_dedup() -> Find:
    """`MinHash Near Deduplication` of its README."""
    main, config = import_("text_dedup.minhash").main, import_("text_dedup.config.base")

    def find(path: Path) -> Groups:
        Path("config.toml").write_text(TEXT_DEDUP.format(path=path))
        main(config.load_config_from_toml(Path("config.toml")))
        return groups(path)

    def groups(path: Path) -> Iterator[list[str]]:
        ids = [record["id"] for record in read(path)]
        stories: dict[int, list[str]] = {}
        for number, story in pickle.loads(Path("output/clusters.pickle").read_bytes()).items():
            stories.setdefault(story, []).append(ids[number])
        yield from stories.values()

    return find


def load_duplodocus() -> Find:
    """`Fuzzy Deduplication (Small Dataset)` of its README; annotated, as its example shows. By the
    name that the default tokenizer has it is not found.
    """
    command = shutil.which("duplodocus")
    if command is None:
        raise SystemExit("there is no command `duplodocus`, and no registry has it")

    def find(path: Path) -> Groups:
        deal(path, Path("input"), WORKERS)
        folders = ["--input-dir=input", "--storage-dir=work", "--output-dir=output"]
        minhash = ["--num-buckets=20", "--bucket-size=5", "--ngram-size=5", "--tokenizer=cl100k"]
        output = ["--remove-duplicates=false", "--annotate=true", "--annotate-key=story"]
        subprocess.run(
            [command, "minhash-memory", *folders, *minhash, *output],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return groups()

    def groups() -> Iterator[list[str]]:
        stories: dict[int, list[str]] = {}
        for part in Path("output").iterdir():
            for record in read(part):
                if "story" in record:
                    stories.setdefault(record["story"]["cc_id"], []).append(record["id"])
        yield from stories.values()

    return find
