"""How far a pass is, for the progress bar, and the request to stop it."""

from collections.abc import Callable

from dedup._core import Pass

# Called with (stage, done, total).
Tick = Callable[[str, int, int], None]


class Gauge:
    """Joins the progress of the native core, file by file, with that of the whole pass."""

    def __init__(self, native: Pass, total_bytes: int) -> None:
        self._native = native
        self._total = total_bytes
        self._stage: str | None = None
        self._finished = 0
        self._size = 0
        self._fraction: float | None = None
        self._cancelled = False

    def start(self, stage: str | None) -> None:
        """Begin going through the files; None leaves the stage to the core."""
        self._stage = stage
        self._finished = self._size = 0

    def next_file(self, size: int) -> None:
        self._finished += self._size
        self._size, self._fraction = size, None

    def at(self, fraction: float) -> None:
        """Tell how far the current file is, where Python reads or writes it."""
        self._fraction = fraction
        if self._cancelled:
            raise KeyboardInterrupt

    def cancel(self) -> None:
        self._cancelled = True
        self._native.cancel()

    def now(self) -> tuple[str, int, int]:
        """Return (stage, done, total); bytes of input for `read` and `write`."""
        stage, done, total = self._native.progress()
        if self._stage is None:
            return stage, done, total
        fraction = self._fraction
        if fraction is None:
            fraction = min(1.0, done / total) if total and stage == self._stage else 0.0
        return self._stage, int(self._finished + self._size * fraction), self._total
