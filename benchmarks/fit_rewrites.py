"""Fit the model of rewrites on labelled articles: python benchmarks/fit_rewrites.py EVAL_DIR

Two logistic regressions on the features of rust/src/verify/features.rs: is a pair one story told
twice, and does it report one event at all. The pairs are the labelled ones of EVAL_DIR/open that
are no copies, and those of benchmarks/read_pairs.csv: background pairs of EVAL_DIR, chosen by the
score of earlier models and read, since no other set says what a real feed is like.

Prints how each source is told when nothing of it was seen in fitting, how often pairs of each score
are right, and the coefficients; writes dedup/rewrite_model.json.
"""

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from dedup import _core

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "dedup" / "rewrite_model.json"
READ = ROOT / "benchmarks" / "read_pairs.csv"

DUPLICATES = ("near", "excerpt", "rewritten")
# The strength of the ridge, per standard deviation of a feature.
RIDGE = 3.0
# A source counts by its number of pairs up to this, to this power: 2,555 rewrites by one language
# model say less than ten times what 252 by teachers do.
COUNTED, POWER = 200, 0.6
# `read` alone says how rare rewrites are in a feed.
WEIGHT_OF_READ = 2.0
# Gaps between dates were only seen up to the window; further ones count as this many days.
MOST_DAYS = 5.0


@dataclass
class Pairs:
    features: np.ndarray  # (n, features)
    kinds: np.ndarray
    sources: np.ndarray
    names: list[str]

    def is_kind(self, *kinds: str) -> np.ndarray:
        return np.isin(self.kinds, kinds)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def source(pair: dict[str, str]) -> str:
    """The set of a pair; `newsroom` and `read` come from several places."""
    if pair["set"] == "newsroom":
        return "newsroom/" + pair["id_a"].split("/")[1][:2]
    return pair["set"]


def load(folder: Path) -> Pairs:
    files = (folder / "open" / f"{name}.jsonl.gz" for name in ("labelled", "background"))
    articles = {row["id"]: row for path in files for row in rows(path)}
    labelled = list(rows(folder / "open" / "pairs.jsonl.gz"))
    known = {frozenset((pair["id_a"], pair["id_b"])) for pair in labelled}
    with READ.open(encoding="utf-8") as lines:
        read = [row | {"set": "read"} for row in csv.DictReader(lines)]
    labelled += [row for row in read if frozenset((row["id_a"], row["id_b"])) not in known]
    features, kinds, sources, names = [], [], [], []
    for pair in labelled:
        a, b = articles[pair["id_a"]], articles[pair["id_b"]]
        texts, dates = (a["text"], b["text"]), (a.get("date"), b.get("date"))
        relation, *_ = _core.compare(*texts, *dates)
        if relation in ("exact", "syndicated", "excerpt"):
            continue
        found = _core.explain(*texts, *dates)[-1]
        if found:
            names = [name for name, _, _ in found]
            features.append([value for _, value, _ in found])
            kinds.append(pair["kind"])
            sources.append(source(pair))
    days = names.index("days_apart")
    values = np.array(features)
    values[:, days] = np.minimum(values[:, days], np.log1p(MOST_DAYS))
    return Pairs(values, np.array(kinds), np.array(sources), names)


def weigh(sources: np.ndarray, labels: np.ndarray) -> np.ndarray:
    counts = Counter(zip(sources, labels, strict=True))
    sizes = np.array([counts[key] for key in zip(sources, labels, strict=True)])
    return (
        np.where(sources == "read", WEIGHT_OF_READ, 1.0)
        * np.minimum(sizes, COUNTED) ** POWER
        / sizes
    )


def fit(values: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Intercept and coefficients of a logistic regression with a ridge, by Newton's method."""
    scales = values.std(axis=0) + 1e-9
    inputs = np.column_stack([np.ones(len(values)), values / scales])
    ridge = np.full(inputs.shape[1], RIDGE)
    ridge[0] = 0.0
    found = np.zeros(inputs.shape[1])
    for _ in range(30):
        chances = 1 / (1 + np.exp(-inputs @ found))
        gradient = inputs.T @ (weights * (labels - chances)) - ridge * found
        curvature = inputs.T @ (inputs * (weights * chances * (1 - chances))[:, None])
        found += np.linalg.solve(curvature + np.diag(ridge), gradient)
    found[1:] /= scales
    return found


def predict(model: np.ndarray, values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-model[0] - values @ model[1:]))


def folds(sources: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(fitted on, left out): whole sources. `feed` and `read` come from the same newspapers: for
    `feed` both are left out, for a tenth of `read` that tenth and `feed`."""
    for name in sorted(set(sources) - {"read"}):
        yield ~np.isin(sources, [name, "read" if name == "feed" else name]), sources == name
    tenths = np.arange(len(sources)) % 10
    for tenth in range(10):
        left_out = (sources == "read") & (tenths == tenth)
        yield ~left_out & (sources != "feed"), left_out


def cross_validate(pairs: Pairs, labels: np.ndarray) -> np.ndarray:
    scores = np.zeros(len(labels))
    for inside, left_out in folds(pairs.sources):
        weights = weigh(pairs.sources[inside], labels[inside])
        model = fit(pairs.features[inside], labels[inside], weights)
        scores[left_out] = predict(model, pairs.features[left_out])
    return scores


def area(scores: np.ndarray, labels: np.ndarray) -> float:
    """Area under the ROC curve."""
    right, wrong = scores[labels == 1], scores[labels == 0]
    if not len(right) or not len(wrong):
        return float("nan")
    above = (right[:, None] > wrong).mean() + (right[:, None] == wrong).mean() / 2
    return float(above)


def print_sources(pairs: Pairs, labels: np.ndarray, scores: np.ndarray) -> None:
    bars = (0.5, 0.7, 0.8, 0.9)
    print(f"{'left out':32}{'pairs':>6}{'area':>6}", *(f"  >={bar}" for bar in bars))
    for name in sorted(set(pairs.sources)):
        inside = pairs.sources == name
        print(f"{name:32}{inside.sum():6}{area(scores[inside], labels[inside]):6.2f}")
        for kind in sorted(set(pairs.kinds[inside])):
            chosen = scores[inside & pairs.is_kind(kind)]
            found = (f"{(chosen >= bar).mean():7.2f}" for bar in bars)
            print(f"  {kind:30}{len(chosen):6}      ", *found)


def print_reliability(pairs: Pairs, labels: np.ndarray, scores: np.ndarray) -> None:
    """How often pairs of each score are right; in `read` they are as frequent as in a feed."""
    for name, inside in (("read", pairs.sources == "read"), ("all", pairs.sources != "")):
        print(f"\nscores of pairs left out, {name}")
        for low, high in pairwise((0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1)):
            chosen = inside & (scores >= low) & (scores < high)
            right, mean = labels[chosen].mean(), scores[chosen].mean()
            print(f"  {low} to {high}: {chosen.sum()} pairs, mean {mean:.2f}, right {right:.2f}")


def coefficients(model: np.ndarray, names: list[str]) -> dict[str, object]:
    weights = {name: round(float(it), 4) for name, it in zip(names, model[1:], strict=True)}
    return {"intercept": round(float(model[0]), 4), "weights": weights}


def main() -> None:
    pairs = load(Path(sys.argv[1]))
    rewritten = pairs.is_kind(*DUPLICATES).astype(float)
    related = (~pairs.is_kind("topic", "none")).astype(float)
    models = {}
    for name, labels in (("rewritten", rewritten), ("related", related)):
        scores = cross_validate(pairs, labels)
        print(f"\n== {name}")
        print_sources(pairs, labels, scores)
        if name == "rewritten":
            print_reliability(pairs, labels, scores)
        models[name] = fit(pairs.features, labels, weigh(pairs.sources, labels))
    usual = {
        n: round(float(v), 4) for n, v in zip(pairs.names, pairs.features.mean(axis=0), strict=True)
    }
    model: dict[str, object] = {k: coefficients(v, pairs.names) for k, v in models.items()}
    MODEL.write_text(json.dumps(model | {"usual": usual}, indent=2) + "\n", encoding="utf-8")
    print(f"\n{MODEL.relative_to(ROOT)}")
    for name, weight in model["rewritten"]["weights"].items():  # type: ignore[index]
        print(f"  {name:24}{weight:8.2f}")


if __name__ == "__main__":
    main()
