"""Fit the models of score and coverage: python benchmarks/fit_model.py EVAL_DIR

Boosted trees (LightGBM) over the features of rust/src/verify/features.rs, directed: of a, which
might go, against b, which might stay. *Covered*: a reader of b misses nothing of weight of a.
*Score*: the two are versions of one story, a later stage of it included. *Related*: they report one
event.

Learnt from: the read pairs of the feeds of EVAL_DIR, with their dates and without; those of
benchmarks/read_in_feeds.csv and benchmarks/read_pairs.csv, pairs of the same feeds and of the
background that were read; for score and related also the labelled pairs of EVAL_DIR/open. A feature
can only tell in the direction that it means: more that is new never makes a text covered.

Prints, with each feed left out of fitting, what would go at each bar and what of it is harmless,
and how often pairs of each probability hold; writes dedup/model.json.
"""

import csv
import gzip
import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from dedup import _core
from dedup.config import MIN_COVERED, MIN_SCORE

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "dedup" / "model.json"

STORY = ("copy", "near", "excerpt", "rewritten")
EVENT = (*STORY, "update", "event")
# Of the background's pairs that were read, follow-ups stand among the events.
UNSURE = "event"

# What a day more takes from the log odds, of ln(1 + days); an unknown gap counts as USUAL_DAYS.
GAP = {"covered": -0.5, "score": -0.5, "related": -0.5}
USUAL_DAYS, MOST_DAYS = 3.0, 14.0
# A pair of a feed stands for so many at most, or a few pairs would decide alone.
MOST_WEIGHT = 6.0
WEIGHT_OF_READ = 2.0
# A labelled set counts by its number of pairs up to this, to this power: 2,555 rewrites by one
# language model say less than ten times what 252 by teachers do.
COUNTED, POWER, OF_LABELLED = 200, 0.6, 80.0
# Trees, leaves of each and how much of each counts.
SIZES = {"covered": (250, 8, 0.05), "score": (100, 12, 0.1), "related": (40, 8, 0.1)}
TREES = {
    "min_child_samples": 25,
    "reg_lambda": 3.0,
    "subsample": 0.7,
    "subsample_freq": 1,
    "colsample_bytree": 0.4,
    "random_state": 1,
    "n_jobs": 1,
    "deterministic": True,
    "verbose": -1,
}

# Which way a feature can tell, of coverage and of score; none is said of the others.
UP = "words own_words aligned own_aligned first_sentence leads own_shingles shingles figures"
DOWN = (
    "new_sentences half_new_sentences terms_of_new_sentences own_terms_of_new_sentences "
    "newest_sentence new_figures new_words own_new_words subjects subjects_b furniture holders"
)
DIRECTIONS = {
    "covered": (f"{UP} in_order bigrams", DOWN),
    "score": (
        f"{UP} words_b aligned_b in_order in_order_b bigrams bigrams_b shingles_b",
        f"{DOWN} new_figures_b new_names_b",
    ),
    "related": ("words words_b", ""),
}


@dataclass
class Rows:
    """Directed pairs, two after one another a pair: of a, then of b."""

    features: list[list[float]] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    adds: list[int] = field(default_factory=list)  # -1 unknown
    kinds: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    dated: list[bool] = field(default_factory=list)

    def arrays(self) -> "dict[str, np.ndarray]":
        return {name: np.array(values) for name, values in vars(self).items()}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    opener = {".xz": lzma.open, ".gz": gzip.open}[path.suffix]
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_csv(name: str) -> list[dict[str, Any]]:
    with (ROOT / "benchmarks" / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def gap_in_days(a: Any, b: Any) -> float:
    """Days between two dates, as the core has them; USUAL_DAYS where one is not known."""
    times = [None if it is None else _core.parse_date(str(it)) for it in (a, b)]
    if None in times:
        return USUAL_DAYS
    earlier, later = sorted(times)
    end = earlier + 86_400 if earlier % 86_400 == 0 else earlier
    apart = 1 if earlier < later == end else max(later - end, 0)
    return min(apart / 86_400, MOST_DAYS)


def number(value: Any) -> int:
    return -1 if value in (None, "") else int(value)


def add(
    to: Rows, articles: list[dict[str, Any]], pairs: list[dict[str, Any]], feed: str
) -> list[str]:
    """Adds the pairs of one corpus, with their dates and without."""
    names: list[str] = _core.feature_names()
    later = names.index("later")
    native = _core.Pass(drop=["exact"], min_score=0.5, min_covered=0.5, window=None)
    source = native.add_table(feed)
    texts, ids, dates = ([row.get(key) for row in articles] for key in ("text", "id", "date"))
    given = [None if it is None else str(it) for it in dates]
    native.add_rows(source, texts, list(map(str, ids)), given)
    date_of = dict(zip(map(str, ids), dates, strict=True))
    found = native.features([(pair["id_a"], pair["id_b"]) for pair in pairs])
    for pair, sides in zip(pairs, found, strict=True):
        if sides is None:
            continue
        gap = gap_in_days(date_of[pair["id_a"]], date_of[pair["id_b"]])
        known = None not in (date_of[pair["id_a"]], date_of[pair["id_b"]])
        for dated in (True, False):
            if dated and not known and feed == "open":
                continue
            for side, letter in zip(sides, "ab", strict=True):
                values = list(side)
                if not dated:
                    values[later] = 0.0
                to.features.append(values)
                to.gaps.append(gap if dated else USUAL_DAYS)
                to.adds.append(number(pair.get(f"adds_{letter}")))
                to.kinds.append(pair["kind"])
                to.feeds.append(feed)
                to.sources.append(pair["source"])
                to.weights.append(float(pair["weight"]))
                to.dated.append(dated)
    return names


def load(folder: Path) -> tuple[dict[str, np.ndarray], list[str]]:
    found = Rows()
    names: list[str] = []
    read = read_csv("read_in_feeds.csv")
    for path in sorted((folder / "feeds").glob("*.pairs.jsonl.xz")):
        feed = path.name.removesuffix(".pairs.jsonl.xz")
        articles = list(rows(folder / "feeds" / f"{feed}.jsonl.xz"))
        pairs = [pair | {"source": "feeds"} for pair in rows(path)]
        pairs += [
            row | {"source": "read", "weight": WEIGHT_OF_READ}
            for row in read
            if row["feed"] == feed
        ]
        names = add(found, articles, pairs, feed)
    files = (folder / "open" / f"{name}.jsonl.gz" for name in ("labelled", "background"))
    articles = [row for path in files for row in rows(path)]
    pairs = list(rows(folder / "open" / "pairs.jsonl.gz"))
    known = {frozenset((pair["id_a"], pair["id_b"])) for pair in pairs}
    counts = Counter((pair["set"], pair["kind"]) for pair in pairs)
    for pair in pairs:
        count = counts[pair["set"], pair["kind"]]
        share = 1.0 if pair["set"] == "feed" else OF_LABELLED * min(count, COUNTED) ** POWER / count
        pair |= {"source": pair["set"], "weight": share}
    for row in read_csv("read_pairs.csv"):
        if frozenset((row["id_a"], row["id_b"])) not in known:
            pairs.append(row | {"source": "feed", "weight": 1.0})
    pairs += [
        row | {"source": "read", "weight": WEIGHT_OF_READ} for row in read if row["feed"] == "open"
    ]
    add(found, articles, pairs, "open")
    return found.arrays(), names


def labels(data: dict[str, np.ndarray], target: str) -> tuple[np.ndarray, np.ndarray]:
    """Whether each row holds, and whether it tells of the target at all."""
    kinds, sources = data["kinds"], data["sources"]
    if target == "covered":
        return data["adds"] <= 1, data["adds"] >= 0
    right = EVENT if target == "related" else (*STORY, "update")
    of_background = (data["feeds"] == "open") & np.isin(sources, ("feed", "read"))
    return np.isin(kinds, right), ~(of_background & (kinds == UNSURE)) | (target == "related")


def gap_term(target: str, gaps: np.ndarray) -> np.ndarray:
    return GAP[target] * (np.log1p(gaps) - np.log1p(USUAL_DAYS))


class Model:
    def __init__(
        self, data: dict[str, np.ndarray], names: list[str], target: str, inside: np.ndarray
    ) -> None:
        self.target = target
        right, tells = labels(data, target)
        chosen = inside & tells
        weights = np.minimum(data["weights"], MOST_WEIGHT)[chosen]
        share = np.average(right[chosen], weights=weights)
        self.base = float(np.log(share / (1 - share)))
        up, down = (words.split() for words in DIRECTIONS[target])
        directions = [(name in up) - (name in down) for name in names]
        number, leaves, rate = SIZES[target]
        self.trees = lightgbm.LGBMClassifier(
            n_estimators=number,
            num_leaves=leaves,
            learning_rate=rate,
            monotone_constraints=directions,
            **TREES,
        )
        self.trees.fit(
            data["features"][chosen],
            right[chosen].astype(int),
            sample_weight=weights,
            init_score=self.base + gap_term(target, data["gaps"][chosen]),
        )

    def predict(self, data: dict[str, np.ndarray], of: np.ndarray) -> np.ndarray:
        odds = self.base + self.trees.predict(data["features"][of], raw_score=True)
        odds = odds + gap_term(self.target, data["gaps"][of])
        if self.target != "covered":
            odds = np.repeat(odds.reshape(-1, 2).mean(axis=1), 2)
        return 1 / (1 + np.exp(-odds))

    def as_json(self) -> dict[str, Any]:
        trees: list[list[list[float]]] = [[[round(self.base, 6)]]]
        for tree in self.trees.booster_.dump_model()["tree_info"]:
            nodes: list[list[float]] = []
            flatten(tree["tree_structure"], nodes)
            trees.append(nodes)
        return {
            "gap": GAP[self.target],
            "usual_days": USUAL_DAYS,
            "most_days": MOST_DAYS,
            "trees": trees,
        }


def flatten(node: dict[str, Any], nodes: list[list[float]]) -> float:
    """Appends a node with all below it, [value, feature, threshold, low, high] or a leaf's [value];
    returns how many rows fell to it."""
    if "leaf_value" in node:
        nodes.append([round(node["leaf_value"], 5)])
        return float(node.get("leaf_count", 1))
    place = len(nodes)
    nodes.append([])
    low = len(nodes)
    count_low = flatten(node["left_child"], nodes)
    high = len(nodes)
    count_high = flatten(node["right_child"], nodes)
    count = count_low + count_high
    value = (nodes[low][0] * count_low + nodes[high][0] * count_high) / count
    threshold = float(f"{node['threshold']:.6g}")
    nodes[place] = [round(value, 5), node["split_feature"], threshold, low, high]
    return count


def cross_validate(data: dict[str, np.ndarray], names: list[str], target: str) -> np.ndarray:
    """The predictions of each feed, and of the labelled pairs, by a model that saw none of it."""
    found = np.full(len(data["kinds"]), np.nan)
    for feed in sorted(set(data["feeds"])):
        of = data["feeds"] == feed
        found[of] = Model(data, names, target, ~of).predict(data, of)
    return found


def print_feeds(
    data: dict[str, np.ndarray], covered: np.ndarray, score: np.ndarray, min_score: float
) -> None:
    of_feeds = data["sources"] == "feeds"
    feeds = sorted(set(data["feeds"][of_feeds]))
    print(f"\n== each feed left out of fitting; flagged from {min_score} on")
    print("dates covered  harmless  found  least feed   (means over feeds)")
    for dated in (True, False):
        pairs = np.where(of_feeds & (data["dated"] == dated))[0].reshape(-1, 2)
        goes = np.where(covered[pairs[:, 0]] >= covered[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
        lost, weights = data["adds"], data["weights"][goes]
        spare = np.isin(data["kinds"][goes], STORY) & (lost[pairs].min(axis=1) <= 1)
        for bar in (0.6, 0.7, 0.75, 0.8, 0.85, 0.9):
            harmless, seen = [], []
            for feed in feeds:
                of = data["feeds"][goes] == feed
                gone = of & (covered[goes] >= bar) & (score[goes] >= min_score)
                if gone.any():
                    harmless.append(np.average(lost[goes][gone] <= 1, weights=weights[gone]))
                seen.append((weights * spare)[gone].sum() / (weights * spare)[of].sum())
            print(
                f"{'yes' if dated else 'no':5} {bar:7.2f} {np.mean(harmless):9.3f}"
                f" {np.mean(seen):6.3f} {min(harmless):7.2f}"
            )


def print_each_feed(data: dict[str, np.ndarray], covered: np.ndarray, score: np.ndarray) -> None:
    of_feeds = data["sources"] == "feeds"
    print(f"\n== each feed left out of fitting, at the default bars ({MIN_SCORE}, {MIN_COVERED})")
    print("dates feed        read  goes harmless  found  flagged  right")
    for dated in (True, False):
        pairs = np.where(of_feeds & (data["dated"] == dated))[0].reshape(-1, 2)
        goes = np.where(covered[pairs[:, 0]] >= covered[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
        lost, weights, kinds = data["adds"], data["weights"][goes], data["kinds"][goes]
        story = np.isin(kinds, STORY)
        spare = story & (lost[pairs].min(axis=1) <= 1)
        for feed in sorted(set(data["feeds"][of_feeds])):
            of = data["feeds"][goes] == feed
            flagged = of & (score[goes] >= MIN_SCORE)
            gone = flagged & (covered[goes] >= MIN_COVERED)
            harmless = np.average(lost[goes][gone] <= 1, weights=weights[gone])
            found = weights[gone & spare].sum() / weights[of & spare].sum()
            right = np.average((story | (kinds == "update"))[flagged], weights=weights[flagged])
            print(
                f"{'yes' if dated else 'no':5} {feed:11} {gone.sum():4} {weights[gone].sum():5.0f}"
                f" {harmless:8.3f} {found:6.3f} {weights[flagged].sum():8.0f} {right:6.3f}"
            )


def print_reliability(data: dict[str, np.ndarray], target: str, found: np.ndarray) -> None:
    right, _ = labels(data, target)
    of_feeds = data["sources"] == "feeds"
    print(f"\n== {target}: of pairs at each probability, how many hold (left out, feeds)")
    for dated in (True, False):
        for low, high in pairwise((0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1.01)):
            chosen = of_feeds & (data["dated"] == dated) & (found >= low) & (found < high)
            weights = np.minimum(data["weights"], MOST_WEIGHT)[chosen]
            mean, holds = (np.average(it[chosen], weights=weights) for it in (found, right))
            dates = "dated" if dated else "undated"
            print(
                f"  {dates:8} {low:.1f} to {min(high, 1):.1f}: {chosen.sum():5}"
                f" mean {mean:.2f} hold {holds:.2f}"
            )


def print_sets(data: dict[str, np.ndarray], score: np.ndarray) -> None:
    print("\n== score of labelled pairs, left out: share at or above each bar")
    for source in sorted(set(data["sources"])):
        for kind in sorted(set(data["kinds"][data["sources"] == source])):
            chosen = score[(data["sources"] == source) & (data["kinds"] == kind)]
            shares = "".join(f"{(chosen >= bar).mean():7.3f}" for bar in (0.5, 0.6, 0.7, 0.8))
            print(f"  {source:26} {kind:10} {len(chosen) // 2:6}{shares}")


def main() -> None:
    data, names = load(Path(sys.argv[1]))
    found = {target: cross_validate(data, names, target) for target in ("covered", "score")}
    for min_score in (0.0, 0.5, 0.6, 0.7, 0.8):
        print_feeds(data, found["covered"], found["score"], min_score)
    print_each_feed(data, found["covered"], found["score"])
    for target, predictions in found.items():
        print_reliability(data, target, predictions)
    print_sets(data, found["score"])
    everything = np.ones(len(data["kinds"]), dtype=bool)
    models: dict[str, Any] = {"features": names}
    for target in ("score", "covered", "related"):
        models[target] = Model(data, names, target, everything).as_json()
    MODEL.write_text(json.dumps(models, separators=(",", ":")).replace("]],", "]],\n") + "\n")


if __name__ == "__main__":
    main()
