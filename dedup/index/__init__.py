"""The ingestion index: is this article new, and if not, what is it a version of?"""

from dedup.index.file import core_of, open_index, options_of
from dedup.index.index import Index, Stored, is_database

__all__ = ["Index", "Stored", "core_of", "is_database", "open_index", "options_of"]
