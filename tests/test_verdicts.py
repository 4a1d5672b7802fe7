"""What verdicts come to, against the exact probabilities that they are drawn by."""

import json
import random
from math import comb
from pathlib import Path

import pytest
from command import done

from dedup.report.verdicts import interval


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.95, 0.97, 0.99, 0.999, 1.0])
@pytest.mark.parametrize("drawn", [1, 5, 20, 100, 400])
def test_interval_holds_the_true_share_95_times_in_100(share: float, drawn: int) -> None:
    held = 0.0
    for right in range(drawn + 1):
        low, high = interval(right, drawn)
        assert low <= right / drawn <= high
        if low - 1e-9 <= share <= high + 1e-9:
            held += comb(drawn, right) * share**right * (1 - share) ** (drawn - right)
    assert held >= 0.95


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    # As scipy.stats.binomtest(...).proportion_ci(method="exact") has them.
    [
        (0, 10, 0.0, 0.3084971),
        (10, 10, 0.6915029, 1.0),
        (95, 100, 0.8871651, 0.9835681),
        (188, 197, 0.9150, 0.9789),
    ],
)
def test_interval_is_that_of_clopper_and_pearson(
    right: int, judged: int, low: float, high: float
) -> None:
    found = interval(right, judged)
    assert found == pytest.approx((low, high), abs=5e-4)


def result(folder: Path, count: int) -> Path:
    """A result in which what is covered less is wrong more often."""
    folder.mkdir()
    options = {"min_score": 0.7, "min_covered": 0.85}
    (folder / "summary.json").write_text(json.dumps({"counts": {}, "options": options}))
    with (folder / "stories.jsonl").open("w") as out:
        for at in range(count):
            figures = {"score": 0.9, "covered": 0.85 + 0.15 * at / count}
            figures |= {"similarity": 0.5, "containment": 0.5}
            gone = {"id": f"gone{at}", "relation": "excerpt", "dropped": True, **figures}
            out.write(json.dumps({"id": f"kept{at}", "versions": [gone]}) + "\n")
    return folder


def test_bars(tmp_path: Path) -> None:
    folder = result(tmp_path / "result", 1000)
    rng = random.Random(7)
    with (tmp_path / "verdicts.jsonl").open("w") as out:
        for rank, at in enumerate(rng.sample(range(1000), 400)):
            # The lower half is right eight times in ten, the upper always.
            right = at >= 500 or rng.random() < 0.8
            verdict = {"id": f"gone{at}", "verdict": "right" if right else "wrong", "drawn": rank}
            out.write(json.dumps(verdict) + "\n")
        out.write(json.dumps({"id": "gone3", "verdict": "wrong", "drawn": None}) + "\n")
        out.write(json.dumps({"id": "gone999", "verdict": "cannot say", "drawn": 401}) + "\n")
    dropped = json.loads(done("verdicts", folder, tmp_path / "verdicts.jsonl", "--json").stdout)[
        "dropped"
    ]
    assert dropped["of"] == 1000
    assert dropped["low"] < 0.9 < dropped["high"]
    enough, surely = dropped["enough"], dropped["surely"]
    assert enough["right"] >= 0.95 * enough["judged"]
    assert 0.85 < enough["bar"] < surely["bar"] <= 0.85 + 0.15 * 0.5 + 0.01
    assert surely["low"] >= 0.95
    assert enough["reached"] == pytest.approx(1 - (enough["bar"] - 0.85) / 0.15, abs=0.01)
    told = done("verdicts", folder, tmp_path / "verdicts.jsonl").stdout
    assert "--min-covered" in told


def test_last_verdict_counts(tmp_path: Path) -> None:
    folder = result(tmp_path / "result", 3)
    lines = [{"id": "gone1", "verdict": it} for it in ("wrong", "cannot say", "right")]
    path = tmp_path / "verdicts.jsonl"
    path.write_text("".join(json.dumps(it) + "\n" for it in lines))
    found = json.loads(done("verdicts", folder, path, "--json").stdout)["dropped"]
    assert (found["right"], found["wrong"], found["unsure"]) == (1, 0, 0)
