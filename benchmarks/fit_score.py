"""Fit the score of a matched pair on labelled articles: python benchmarks/fit_score.py EVAL_DIR

Logistic regression of "is a duplicate" on containment, over the labelled pairs of EVAL_DIR that
`dedup.compare` matches otherwise than exactly, every set of pairs weighing the same. Prints the two
constants of rust/src/verify/score.rs, and how often pairs of each score are duplicates.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import dedup

DUPLICATES = ("near", "excerpt", "rewritten")


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def matched_pairs(folder: Path) -> Iterator[tuple[float, bool, str]]:
    """(containment, is a duplicate, set) of each labelled pair that is matched."""
    files = (folder / "labelled.jsonl.gz", folder / "background.jsonl.gz")
    articles = {row["id"]: row for path in files for row in rows(path)}
    for pair in rows(folder / "pairs.jsonl.gz"):
        match = dedup.compare(articles[pair["id_a"]], articles[pair["id_b"]])
        if match is not None and match.relation != "exact":
            yield match.containment, pair["kind"] in DUPLICATES, pair["set"]


def fit(values: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Intercept and slope of a weighted logistic regression, by Newton's method."""
    inputs = np.column_stack([np.ones_like(values), values])
    found = np.zeros(2)
    for _ in range(50):
        chances = 1 / (1 + np.exp(-inputs @ found))
        gradient = inputs.T @ (weights * (labels - chances))
        curvature = inputs.T @ (inputs * (weights * chances * (1 - chances))[:, None])
        found += np.linalg.solve(curvature, gradient)
    return found


def main() -> None:
    pairs = list(matched_pairs(Path(sys.argv[1])))
    values = np.array([pair[0] for pair in pairs])
    labels = np.array([float(pair[1]) for pair in pairs])
    sizes = Counter(pair[2] for pair in pairs)
    weights = np.array([1 / sizes[pair[2]] for pair in pairs])
    intercept, slope = fit(values, labels, weights)
    print(f"{len(pairs)} pairs of {len(sizes)} sets, {int(labels.sum())} of them duplicates")
    print(f"INTERCEPT = {intercept:.2f}   SLOPE = {slope:.2f}")
    scores = 1 / (1 + np.exp(-intercept - slope * values))
    for low, high in ((0.0, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.0)):
        inside = (scores >= low) & (scores < high)
        if inside.any():
            right = np.average(labels[inside], weights=weights[inside])
            score = np.average(scores[inside], weights=weights[inside])
            print(
                f"score {low:.2f} to {high:.2f}: {inside.sum():4d} pairs, "
                f"{right:.2f} of them duplicates, mean score {score:.2f}"
            )


if __name__ == "__main__":
    main()
