"""Files that are not on this machine: in object stores, on the web, on the Hugging Face hub.

A store finds the files that a URL names, and gives the bytes of one from any offset on. What may
go well at another try is a TransientError; what is wrong with a single file an ObjectError; both
and every other error are one line without a credential in it.
"""

from functools import lru_cache

from dedup.dump.objects import BUCKETS, Store, scheme_of
from dedup.dump.stores.bucket import Bucket
from dedup.dump.stores.hub import Hub
from dedup.dump.stores.web import Web
from dedup.errors import InputError

__all__ = ["Bucket", "open_store"]


def open_store(given: str) -> tuple[Store, str]:
    """Return the store of a URL and the key in it. Raises InputError."""
    scheme = scheme_of(given)
    if scheme in BUCKETS:
        bucket, _, key = given[len(scheme) + 3 :].partition("/")
        return _bucket(scheme, bucket), key
    if scheme in ("http", "https"):
        return Web(), given
    if scheme == "hf":
        return Hub(), given
    raise InputError(
        f"{scheme}:// is not read; a URL is one of s3:// gs:// az:// https:// http:// hf://"
    )


@lru_cache(maxsize=16)
def _bucket(scheme: str, bucket: str) -> Bucket:
    return Bucket(scheme, bucket)
