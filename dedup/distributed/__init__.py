"""A pass over many machines: the same answer, whatever engine moves the rows."""

from dedup.distributed.engine import Engine
from dedup.distributed.plan import Found, find_duplicates

__all__ = ["Engine", "Found", "find_duplicates"]
