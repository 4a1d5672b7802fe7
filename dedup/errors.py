"""Every error this package raises on purpose.

DedupError              catch this one for all of them
├── InputError          what was given to read cannot be read
├── OutputError         the output folder cannot take the result
├── OptionError         an option has no such value (a ValueError, too)
└── StorageError        an index cannot be opened, read or written
    └── IdError         an id is stored with other words
"""


class DedupError(Exception):
    """The base of all errors of this package. Its message is one line, fit for a user."""


class InputError(DedupError):
    """An input, or an article in it, cannot be read. The message names it and its position."""


class OutputError(DedupError):
    """The output folder cannot take the result. The message says what to change."""


class OptionError(DedupError, ValueError):
    """An option has a value outside those allowed. The message lists them."""


class StorageError(DedupError):
    """An index cannot be opened, read or written. The message says why and what to do."""


class IdError(StorageError):
    """The id of an article is stored with other words; `Index.replace` puts it in their place.

    `ids` are all such ids of an `add_many`, which has stored every other article, and `stored` is
    how many these are.
    """

    def __init__(self, message: str, ids: tuple[str, ...] = (), stored: int = 0) -> None:
        super().__init__(message)
        self.ids = ids
        self.stored = stored

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...], int]]:
        return type(self), (str(self), self.ids, self.stored)
