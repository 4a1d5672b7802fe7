"""Some seeds of tests/fuzz.py, which `make fuzz` tries by the hundred thousand."""

from pathlib import Path

import fuzz
import pytest


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_damage(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 20):
        fuzz.check(seed, tmp_path)
