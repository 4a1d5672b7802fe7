"""The quality table of the documentation: which labelled pairs of real articles are found, by whom.

    python benchmarks/quality.py EVAL_DIR [--part open] [--out DIR] [--peers] [--curve]
                                 [-- SCAN OPTIONS]

EVAL_DIR holds score.py and, in a folder for each part, the articles and their labelled pairs; the
texts belong to their publishers and stay there. Pairs are counted as score.py does: dropped when
both articles are in one cluster, so that one went for the other or both for a third; flagged when
they are, or when --matches lists the pair.

Markdown goes to standard output; the aims that were missed and the ids of labelled articles joined
to the background go to standard error. Exit status 1 when an aim is missed. The peers come with the
extra `quality`; those that are missing are named as not run. With --curve the dump is scanned once
more, for the scores of pairs that are not flagged by default.
"""

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import quality_peers

VERSIONS = ("near", "excerpt", "rewritten")  # the kinds that should be found
KINDS = (*VERSIONS, "event", "topic", "none")
FEED = "near, excerpt, rewritten/feed"  # few pairs: one row for the three kinds

# Share of the pairs of a kind and set to be flagged, at least or at most; `*` is every other set.
# None is asked of follow-ups in the set `feed`: later stages of a story are to be flagged, too.
REQUIRED = {
    "near/detectrl_xsum_paraphrase": (">=", 0.98),
    "excerpt/bbc_extractive_abridged": (">=", 0.97),
    "rewritten/clough_stevenson": (">=", 0.75),
    "rewritten/detectrl_xsum_paraphrase": (">=", 0.95),
    "rewritten/newsroom": (">=", 0.45),
    "rewritten/onestop_english": (">=", 0.95),
    "rewritten/sheepdog_llm_rewrite": (">=", 0.85),
    "rewritten/wmt19_german_paraphrase": (">=", 0.9),
    "rewritten/wmt_multi_translations": (">=", 0.95),
    "event/basil": ("<=", 0.02),
    "event/newsroom": ("<=", 0.12),
    "topic/newsroom": ("<=", 0.03),
    "topic/*": ("<=", 0.01),
    "none/*": ("<=", 0.0),
}

FLAGGED = "dedup, flagged"  # the column that the aims are of

# The sets of the curve, and those whose rewrites are told from whose events and topics.
CURVE_SETS = (
    "rewritten/onestop_english",
    "rewritten/wmt_multi_translations",
    "rewritten/detectrl_xsum_paraphrase",
    "rewritten/sheepdog_llm_rewrite",
    "rewritten/newsroom",
    "event/basil",
    "event/newsroom",
    "topic/newsroom",
)
ROC_SETS = ("newsroom", "feed")
CURVE_OPTIONS = ("--min-score", "0.02")
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)

NOTE = """\
Each figure is the share of the pairs found: under *dropped* both articles in one cluster, under
*flagged* also what `--matches` lists. It should be high from `near` to `rewritten` and low from
`event` on; aims are of what is flagged, and those that are missed are bold. `mean` is over the sets
of 15 pairs or more."""
PEERS_NOTE = """\
Clusters of the MinHash peers are connected components of what shares a band, unverified. They see
the whole dump, as dedup does; the embedding model sees only the {embedded:,} articles of the pairs,
256 tokens of each, and finds a pair when the cosine is high enough. Seconds are those of one run:
dedup's from the file to its results, the peers' from texts in memory."""

Scores = dict[str, Any]  # the JSON that score.py prints
Pair = dict[str, Any]  # a line of pairs.jsonl.gz


@dataclass
class Evaluation:
    scorer: Path
    articles: Path  # the folder of a part
    dump: Path
    out: Path


@dataclass
class Column:
    name: str
    scores: Scores
    seconds: float
    whole_dump: bool = True


def run(*command: str | Path) -> str:
    parts = [str(part) for part in command]
    return subprocess.run(parts, check=True, stdout=subprocess.PIPE, text=True).stdout


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def score(evaluation: Evaluation, result: Path) -> Scores:
    scores = json.loads(
        run(sys.executable, evaluation.scorer, "score", evaluation.articles, result, "--json")
    )
    sets = scores["sets"]
    for row in sets.values():  # score.py rounds
        row["found"] = round(row["pairs"] * row["found"]) / row["pairs"]
    feed = [sets[f"{kind}/feed"] for kind in VERSIONS if f"{kind}/feed" in sets]
    if feed:
        pairs = sum(row["pairs"] for row in feed)
        found = sum(row["pairs"] * row["found"] for row in feed) / pairs
        sets[FEED] = {"pairs": pairs, "found": found}
    return scores


def scan(dump: Path, result: Path, *options: str) -> float:
    """Seconds."""
    program = Path(sys.executable).with_name("dedup")
    started = time.perf_counter()
    run(program, "scan", "--force", dump, "--matches", "-o", result, *options)
    return time.perf_counter() - started


def own_columns(evaluation: Evaluation, options: list[str]) -> Iterator[Column]:
    result = evaluation.out / "dedup"
    seconds = scan(evaluation.dump, result, *options)
    clusters = evaluation.out / "dedup-clusters"  # what a scan without --matches would have written
    clusters.mkdir(exist_ok=True)
    shutil.copy(result / "duplicates.jsonl", clusters)
    yield Column("dedup, dropped", score(evaluation, clusters), seconds)
    yield Column(FLAGGED, score(evaluation, result), seconds)


def score_peer(
    evaluation: Evaluation, name: str, kept: dict[str, str], matched: Iterable[Pair]
) -> Scores:
    """Written as a scan would have, so that score.py counts all alike."""
    result = evaluation.out / name
    result.mkdir(exist_ok=True)
    duplicates = ({"id": id_, "duplicate_of": first} for id_, first in kept.items())
    matches = (pair | {"relation": "matched"} for pair in matched)
    write_jsonl(result / "duplicates.jsonl", duplicates)
    write_jsonl(result / "matches.jsonl", matches)
    return score(evaluation, result)


def cluster_column(evaluation: Evaluation, name: str, texts: dict[str, str]) -> Column:
    started = time.perf_counter()
    firsts = quality_peers.CLUSTERS[name](list(texts.values()))
    seconds = time.perf_counter() - started
    ids = list(texts)
    kept = {ids[i]: ids[first] for i, first in enumerate(firsts) if i != first}
    return Column(name, score_peer(evaluation, name, kept, []), seconds)


def cosine_columns(
    evaluation: Evaluation, texts: dict[str, str], pairs: list[Pair]
) -> Iterator[Column]:
    ids = sorted(ids_of(pairs))
    started = time.perf_counter()
    vectors = quality_peers.embed([texts[id_] for id_ in ids])
    seconds = time.perf_counter() - started
    of = dict(zip(ids, vectors, strict=True))
    for name, threshold in quality_peers.COSINES.items():
        matched = [pair for pair in pairs if of[pair["id_a"]] @ of[pair["id_b"]] >= threshold]
        yield Column(name, score_peer(evaluation, name, {}, matched), seconds, whole_dump=False)


def peer_columns(evaluation: Evaluation, pairs: list[Pair]) -> tuple[list[Column], list[str]]:
    """The columns, and lines on those that cannot run."""
    texts = {row["id"]: row["text"] for row in read_jsonl(evaluation.dump)}
    columns, missing = [], []
    for name in quality_peers.CLUSTERS:
        try:
            columns.append(cluster_column(evaluation, name, texts))
            print(f"{name}: {columns[-1].seconds:.0f} s", file=sys.stderr)
        except ImportError as error:
            missing.append(f"{name} was not run: {error}")
    try:
        columns += cosine_columns(evaluation, texts, pairs)
    except ImportError as error:
        missing += [f"{name} was not run: {error}" for name in quality_peers.COSINES]
    return columns, missing


def ids_of(pairs: Iterable[Pair]) -> set[str]:
    return {pair[side] for pair in pairs for side in ("id_a", "id_b")}


def requirement(name: str) -> tuple[str, float] | None:
    return REQUIRED.get(name) or REQUIRED.get(name.split("/")[0] + "/*")


def is_missed(name: str, found: float) -> bool:
    relation, bound = requirement(name) or (">=", 0.0)
    return found < bound if relation == ">=" else found > bound


def missed_aims(scores: Scores) -> list[str]:
    return [
        f"FAIL: {name} {row['found']:.4f}, required {' '.join(map(str, requirement(name) or ()))}"
        for name, row in scores["sets"].items()
        if is_missed(name, row["found"])
    ]


def joined_to_background(result: Path) -> Iterator[dict[str, Any]]:
    """The duplicates of which one is a labelled article and the other is not: for reading."""
    for row in read_jsonl(result / "duplicates.jsonl"):
        if row["id"].startswith("bg/") != row["duplicate_of"].startswith("bg/"):
            yield row


def format_share(share: float) -> str:
    return f"{share:.3f}".removeprefix("0") if share else "0"


def format_aim(name: str) -> str:
    if (bound := requirement(name)) is None:
        return ""
    relation, value = bound
    return f"{'≥' if relation == '>=' else '≤'} {value:.3g}".replace(" 0.", " .") if value else "0"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    header = list(header)
    for cells in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cells)} |"


def table_rows(columns: list[Column]) -> Iterator[list[str]]:
    first = columns[0].scores
    for name in sorted(first["sets"], key=order):
        kinds, set_ = name.split("/")
        kind = ", ".join(f"`{kind}`" for kind in kinds.split(", "))
        shares = []
        for column in columns:
            found = column.scores["sets"][name]["found"]
            missed = column.name == FLAGGED and is_missed(name, found)
            shares.append(f"**{format_share(found)}**" if missed else format_share(found))
        yield [f"{kind}, {set_}", f"{first['sets'][name]['pairs']:,}", format_aim(name), *shares]
    for kind in sorted(first["macro"], key=KINDS.index):
        shares = [format_share(column.scores["macro"][kind]) for column in columns]
        yield [f"`{kind}`, mean", "", "", *shares]
    counts = {
        "background articles dropped": "background_dropped",
        "labelled articles joined to background": "labelled_joined_to_background",
    }
    for title, key in counts.items():
        cells = [f"{c.scores[key]:,}" if c.whole_dump else "–" for c in columns]
        yield [title, "", "", *cells]
    yield ["seconds", "", "", *(f"{column.seconds:.1f}" for column in columns)]


def order(name: str) -> tuple[int, bool, str]:
    """By kind, those of one kind before those of several."""
    kinds = name.split("/")[0].split(", ")
    return KINDS.index(kinds[-1]), len(kinds) > 1, name


def read_scores(matches: Path, pairs: list[Pair]) -> list[float]:
    """Of each pair, 0 when it is not listed. One of several exact copies is listed for them all."""
    rows = list(read_jsonl(matches))
    same: dict[str, str] = {}
    for row in rows:
        if row["relation"] == "exact":
            ids = row["id_a"], row["id_b"]
            same |= dict.fromkeys(ids, same.get(ids[0]) or same.get(ids[1]) or ids[0])

    def key(pair: Pair) -> frozenset[str]:
        return frozenset(same.get(pair[side], pair[side]) for side in ("id_a", "id_b"))

    scores = {key(row): row["score"] for row in rows}
    return [scores.get(key(pair), 0.0) for pair in pairs]


def curve(result: Path, pairs: list[Pair]) -> Iterator[str]:
    """What is flagged from each score on."""
    scores: dict[str, list[float]] = {}
    for pair, score_ in zip(pairs, read_scores(result / "matches.jsonl", pairs), strict=True):
        scores.setdefault(f"{pair['kind']}/{pair['set']}", []).append(score_)
    header = ["least score"]
    for name in CURVE_SETS:
        kind, set_ = name.split("/")
        header.append(f"`{kind}`, {set_} ({len(scores[name]):,})")
    rows = [
        [
            f"{threshold:g}".removeprefix("0"),
            *(format_share(share_from(threshold, scores[name])) for name in CURVE_SETS),
        ]
        for threshold in THRESHOLDS
    ]
    yield from markdown_table(header, rows)

    def of(kind: str) -> list[float]:
        return [score_ for set_ in ROC_SETS for score_ in scores[f"{kind}/{set_}"]]

    area = area_under_roc(of("rewritten"), of("event") + of("topic"))
    yield ""
    yield "Area under the ROC curve, `rewritten` against `event` and `topic`, of the sets "
    yield f"{' and '.join(ROC_SETS)}: {area:.3f}."


def share_from(threshold: float, scores: list[float]) -> float:
    return sum(score >= threshold for score in scores) / max(len(scores), 1)


def area_under_roc(positive: list[float], negative: list[float]) -> float:
    """The probability that the first scores higher, a tie counting half."""
    wins = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    return wins / max(len(positive) * len(negative), 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evaluation", type=Path, metavar="EVAL_DIR")
    parser.add_argument("--part", default="open")
    parser.add_argument("--out", type=Path, help="folder to leave the dump and results in")
    parser.add_argument("--peers", action="store_true", help="a column for each peer")
    parser.add_argument("--curve", action="store_true", help="and what each least score flags")
    parser.add_argument("scan_options", nargs="*", help="for `dedup scan`, after --")
    options = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory() as folder:
        out: Path = options.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        folder_of_part = options.evaluation / options.part
        evaluation = Evaluation(
            options.evaluation / "score.py", folder_of_part, out / f"{options.part}.jsonl", out
        )
        run(sys.executable, evaluation.scorer, "corpus", folder_of_part, evaluation.dump)
        pairs = list(read_jsonl(folder_of_part / "pairs.jsonl.gz"))
        columns = list(own_columns(evaluation, options.scan_options))
        missing: list[str] = []
        missed = missed_aims(columns[-1].scores)
        for line in [*missed, *map(json.dumps, joined_to_background(out / "dedup"))]:
            print(line, file=sys.stderr)
        if options.peers:
            peers, missing = peer_columns(evaluation, pairs)
            columns += peers
        header = ["pairs", "number", "aim", *(column.name for column in columns)]
        print(*markdown_table(header, table_rows(columns)), "", NOTE, sep="\n")
        if options.peers:
            print("\n" + PEERS_NOTE.format(embedded=len(ids_of(pairs))), *missing, sep="\n\n")
        if options.curve:
            scan(evaluation.dump, out / "curve", *options.scan_options, *CURVE_OPTIONS)
            print("", *curve(out / "curve", pairs), sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
