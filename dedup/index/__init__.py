"""The ingestion index: is this article new, and if not, what is it a version of?"""

from dedup.index.bulk import Added
from dedup.index.dump import open_index, options_of, storage_of
from dedup.index.handle import database_name, is_database
from dedup.index.index import Index, Stored

__all__ = [
    "Added",
    "Index",
    "Stored",
    "database_name",
    "is_database",
    "open_index",
    "options_of",
    "storage_of",
]
