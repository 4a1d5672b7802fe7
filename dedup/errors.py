"""Every error this package raises on purpose.

DedupError              catch this one for all of them
├── InputError          what was given to read cannot be read
├── OutputError         the output folder cannot take the result
├── OptionError         an option has no such value (a ValueError, too)
└── StorageError        an index cannot be opened, read or written
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
