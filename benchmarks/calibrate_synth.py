"""Print how near `dedup synth` comes to real news, as Markdown tables.

    python benchmarks/calibrate_synth.py EVAL_DIR

EVAL_DIR holds labelled real articles: `labelled.jsonl.gz` and `background.jsonl.gz` with `id`,
`text` and `date`, and `pairs.jsonl.gz` with `id_a`, `id_b`, `set`, `kind` and `lang`. The first
table has the quartiles of what `dedup compare` measures, of real pairs and of the synthetic ones
that stand for them; the second has figures of the texts alone.
"""

import argparse
import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dedup import _core
from dedup.config import RELATIONS

Article = dict[str, Any]
Pair = tuple[Article, Article]

SYNTHETIC = 30_000
# Of each set and kind, so that a large set does not speak for all.
MOST_PAIRS = 250
# Synthetic version: what real pairs it stands for, by kind and sets.
COUNTERPARTS = {
    "edited": ("near", ["newsroom", "feed"]),
    "excerpt": ("excerpt", ["newsroom", "feed", "bbc_extractive_abridged"]),
    "rewritten": (
        "rewritten",
        [
            "newsroom",
            "feed",
            "onestop_english",
            "wmt_multi_translations",
            "detectrl_xsum_paraphrase",
            "sheepdog_llm_rewrite",
        ],
    ),
    "other_facts": ("event", ["newsroom", "feed"]),
    "same_lead": ("topic", ["fastdetect_xsum_same_lead"]),
    "unrelated": ("unrelated", ["background"]),
}
FEATURES = ["words", "in_order", "new_sentences", "figures"]
COLUMNS = ["similarity", "containment", *FEATURES, "score"]
# Articles whose words and candidates are counted.
SAMPLE = 5_000
COMMONEST = 150


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def real_pairs(folder: Path, background: Sequence[Article]) -> dict[str, list[Pair]]:
    articles = {it["id"]: it for it in (*read(folder / "labelled.jsonl.gz"), *background)}
    by_set = defaultdict(list)
    for it in read(folder / "pairs.jsonl.gz"):
        if it["lang"] == "en":
            by_set[it["kind"], it["set"]].append((articles[it["id_a"]], articles[it["id_b"]]))
    by_set["unrelated", "background"] = [any_two(background) for _ in range(MOST_PAIRS)]
    return {
        version: [pair for name in sets for pair in some(by_set[kind, name])]
        for version, (kind, sets) in COUNTERPARTS.items()
    }


def synthetic_pairs(articles: Sequence[Article]) -> dict[str, list[Pair]]:
    by_id = {it["id"]: it for it in articles}
    pairs = defaultdict(list)
    for it in articles:
        if it["version_of"] is not None:
            pairs[it["version"]].append((by_id[it["version_of"]], it))
    pairs["unrelated"] = [any_two(articles) for _ in range(MOST_PAIRS)]
    return {version: some(found, 4 * MOST_PAIRS) for version, found in pairs.items()}


def some(pairs: list[Pair], most: int = MOST_PAIRS) -> list[Pair]:
    return random.sample(pairs, min(most, len(pairs)))


def any_two(articles: Sequence[Article]) -> Pair:
    first, second = random.sample(articles, 2)
    return first, second


def measure(a: Article, b: Article) -> list[float] | None:
    """The columns of one pair; None when one has no content words."""
    one, other = (set(_core.shingles(article["text"])) for article in (a, b))
    shared = len(one & other)
    dates = a.get("date"), b.get("date")
    *_, of_a, _ = _core.explain(a["text"], b["text"], *dates)
    features = {name: value for name, value, _ in of_a}
    if not features:
        return None
    relation, score, *_ = _core.compare(a["text"], b["text"], *dates, 0.0, 0.0)
    return [
        shared / len(one | other),
        shared / min(len(one), len(other)),
        *(features[name] for name in FEATURES),
        score if relation else 0.0,
    ]


def quartiles(pairs: Iterable[Pair]) -> str:
    rows = [row for row in (measure(*pair) for pair in pairs) if row is not None]
    cells = np.percentile(np.array(rows), [25, 50, 75], axis=0).T
    return " | ".join(" ".join(short(value) for value in cell) for cell in cells)


def short(value: float) -> str:
    return f"{value:.2f}".replace("0.", ".", 1)


def print_pairs(real: dict[str, list[Pair]], synthetic: dict[str, list[Pair]]) -> None:
    print("| quartiles | pairs |", " | ".join(COLUMNS), "|")
    print("| --- |" + " --- |" * (1 + len(COLUMNS)))
    for version, pairs in real.items():
        kind, sets = COUNTERPARTS[version]
        print(f"| {kind}: {', '.join(sets)} | {len(pairs)} | {quartiles(pairs)} |")
        print(f"| synth: {version} | {len(synthetic[version])} | {quartiles(synthetic[version])} |")
    for version in sorted(synthetic.keys() - real.keys()):
        print(f"| synth: {version} | {len(synthetic[version])} | {quartiles(synthetic[version])} |")


def texts_in_figures(articles: Sequence[Article]) -> list[str]:
    texts = [it["text"] for it in random.sample(articles, SAMPLE)]
    words = [_core.words(text) for text in texts]
    lengths = np.array([len(it) for it in words])
    counts = Counter(word for it in words for word in it)
    common = sum(count for _, count in counts.most_common(COMMONEST)) / lengths.sum()
    # What stands in a text twice is in common, so a text beside itself has all its content words.
    contents = [{word for part in _core.explain(it, it)[1:4] for word in part} for it in texts]
    found_in = Counter(word for it in contents for word in it)
    once = sum(count == 1 for count in found_in.values()) / len(found_in)
    return [
        " ".join(f"{it:.0f}" for it in np.percentile(lengths, [25, 50, 75])),
        f"{np.mean([len(text) for text in texts]):,.0f}",
        f"{common:.3f}",
        " ".join(f"{it:.0f}" for it in np.percentile([len(it) for it in contents], [25, 50, 75])),
        f"{len(found_in):,}",
        f"{once:.3f}",
        f"{sum(text.isascii() for text in texts) / SAMPLE:.3f}",
        f"{candidates(texts) / (SAMPLE * (SAMPLE - 1) / 2) * 1e6:.1f}",
    ]


def candidates(texts: list[str]) -> int:
    native = _core.Pass(drop=RELATIONS, window=None)
    native.add_rows(native.add_table("articles"), texts)
    native.find()
    return native.counts()["candidates"]


def print_texts(background: Sequence[Article], synthetic: Sequence[Article]) -> None:
    originals = [it for it in synthetic if it["version"] == "original"]
    rows = (
        "words an article, quartiles",
        "characters an article",
        f"share of the {COMMONEST} commonest words",
        "different content words an article, quartiles",
        f"different content words in {SAMPLE:,} articles",
        "share of these that stand in one article only",
        "pure ASCII",
        "candidates in a million pairs",
    )
    print("\n| | background | synth: originals |\n| --- | --- | --- |")
    cells = zip(rows, texts_in_figures(background), texts_in_figures(originals), strict=True)
    for row in cells:
        print("|", " | ".join(row), "|")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="EVAL_DIR", type=Path)
    folder = parser.parse_args().folder
    random.seed(1)
    background = list(read(folder / "background.jsonl.gz"))
    chunks = _core.Synthesis(SYNTHETIC)
    synthetic = [json.loads(line) for chunk in chunks for line in chunk.splitlines()]
    print_pairs(real_pairs(folder, background), synthetic_pairs(synthetic))
    print_texts(background, synthetic)


if __name__ == "__main__":
    main()
