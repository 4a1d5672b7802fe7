"""How long calls take, one by one."""

import time
from collections.abc import Callable, Iterable
from statistics import median, quantiles
from typing import Any


def milliseconds(call: Callable[[Any], Any], arguments: Iterable[Any]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    times = []
    for argument in arguments:
        started = time.perf_counter()
        call(argument)
        times.append((time.perf_counter() - started) * 1e3)
    return median(times), quantiles(times, n=100)[-1]
