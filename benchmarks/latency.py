"""How long calls take, one by one."""

import time
from collections.abc import Callable, Iterable, Sequence
from statistics import median, quantiles
from typing import Any


def milliseconds(call: Callable[[Any], Any], arguments: Iterable[Any]) -> list[float]:
    times = []
    for argument in arguments:
        started = time.perf_counter()
        call(argument)
        times.append((time.perf_counter() - started) * 1e3)
    return times


def median_and_last(times: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    return median(times), quantiles(times, n=100)[-1]
