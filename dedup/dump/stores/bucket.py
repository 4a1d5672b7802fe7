"""Object stores: S3 and what speaks as it does, Google Cloud Storage, Azure."""

import http.client
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from dedup.dump.objects import BLOCK, BUCKETS, Object, ObjectError, TransientError, masked, patience
from dedup.dump.stores import failures
from dedup.dump.stores.failures import (
    HINTS,
    changed,
    group_of,
    host,
    missing,
    unreachable,
)
from dedup.dump.stores.globs import pattern
from dedup.errors import InputError

# Seconds that a store may say nothing, which may be taking in several parts of an upload.
TIMEOUT = 120


class Bucket:
    """A bucket of S3 or Google Cloud Storage, or a container of Azure."""

    def __init__(self, scheme: str, bucket: str) -> None:
        try:
            import obstore
        except ImportError:
            raise missing(scheme, "remote") from None
        self._obstore = obstore
        self.scheme, self.bucket = scheme, bucket
        self.kind = BUCKETS[scheme]
        if not bucket:
            raise InputError(f"no bucket is named in {scheme}://")
        if ":" in bucket:
            raise InputError(
                f"credentials in {masked(self.url(''))} are not taken; {HINTS[self.kind]}"
            )
        self._anonymous = False
        # The library finds out by itself what Google's and Microsoft's tools would.
        self._config: dict[str, Any] = _s3_config(bucket) if self.kind == "s3" else {}
        self._store = self._connected()

    def url(self, key: str) -> str:
        return f"{self.scheme}://{self.bucket}" + (f"/{key}" if key else "")

    def _connected(self) -> Any:
        """The store, once a first word with it has shown that it can be reached: one that cannot
        is told soon, and one that can is then waited for longer."""
        try:
            return self._first_word()
        except _NoCredentialsError:
            # A public bucket needs none.
            self._config["skip_signature"] = True
            return self._first_word()

    def _first_word(self) -> Any:
        self._anonymous = bool(self._config.get("skip_signature"))
        quick = self._store_with(2, failures.FIRST_PATIENCE)
        try:
            self._obstore.head(quick, ".dedup-first-word")
        except FileNotFoundError:
            pass
        except Exception as error:
            told = self._told(error, self.url(""))
            if isinstance(told, (TransientError, _NoCredentialsError)):
                raise told from None
            # Who may not ask for that key may all the same ask for others.
        return self._store_with(10, patience())

    def _store_with(self, retries: int, seconds: float) -> Any:
        from obstore.store import from_url

        backoff = {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=10)}
        try:
            return from_url(
                f"{'gs' if self.kind == 'gs' else self.scheme}://{self.bucket}",
                client_options={
                    "allow_http": True,
                    "timeout": "1h",
                    "read_timeout": f"{TIMEOUT}s",
                    "connect_timeout": "5s",
                },
                retry_config={
                    "max_retries": retries,
                    "retry_timeout": timedelta(seconds=seconds),
                    "backoff": {"base": 2, **backoff},
                },
                **self._config,
            )
        except Exception as error:
            raise self._told(error, self.url("")) from None

    def find(self, key: str) -> list[Object]:
        folder = key.rstrip("/")
        if key and not key.endswith("/"):
            meta = self._head(key)
            if meta is not None:
                return [self._object(meta, 1)]
        wanted = None
        if re.search(r"[*?[]", folder):
            wanted = re.compile(pattern(folder))
            folder = re.split(r"[^/]*[*?[]", folder, maxsplit=1)[0].rstrip("/")
        found = []
        for meta in self.below(folder):
            path = meta["path"]
            below = path[len(folder) :].lstrip("/").split("/")
            if wanted is not None and not wanted.fullmatch(path):
                continue
            if not any(part.startswith(".") for part in below):
                found.append(self._object(meta, len(below)))
        return sorted(found, key=lambda it: it.parts)

    def below(self, folder: str) -> Iterator[dict[str, Any]]:
        """Yield what there is below a folder: `path`, `size` and `e_tag` of each."""
        try:
            for page in self._store.list(folder or None, chunk_size=1000):
                yield from page
        except Exception as error:
            raise self._told(error, self.url(folder)) from None

    def top(self, folder: str) -> set[str]:
        """The names of what is directly in a folder."""
        try:
            listed = self._obstore.list_with_delimiter(self._store, folder or None)
        except Exception as error:
            raise self._told(error, self.url(folder)) from None
        paths = [*listed["common_prefixes"], *(meta["path"] for meta in listed["objects"])]
        return {path.rpartition("/")[2] for path in paths if path != folder}

    def read(self, key: str) -> bytes:
        try:
            return bytes(self._obstore.get(self._store, key).bytes())
        except Exception as error:
            raise self._told(error, self.url(key)) from None

    def write(self, key: str, data: bytes | Iterator[bytes], block: int = BLOCK) -> None:
        """Write an object whole, or not at all; an iterator's in parts of `block` bytes."""
        try:
            if isinstance(data, bytes):
                self._obstore.put(self._store, key, data, use_multipart=False)
            else:
                self._obstore.put(self._store, key, data, chunk_size=block, max_concurrency=2)
        except Exception as error:
            raise self._told(error, self.url(key)) from None

    def remove(self, keys: list[str]) -> None:
        """Remove objects; one that is not there is no error."""
        try:
            self._obstore.delete(self._store, keys)
        except FileNotFoundError:
            pass
        except Exception as error:
            raise self._told(error, self.url(keys[0] if keys else "")) from None

    def chunks(self, wanted: Object, start: int) -> Iterator[tuple[int, Any]]:
        size = wanted.size or 0
        tagged = {"if_match": wanted.tag} if wanted.tag else {}
        while start < size:
            options = {"range": (start, min(start + BLOCK, size)), **tagged}
            try:
                result = self._obstore.get(self._store, wanted.key, options=options)
                data = memoryview(result.bytes())
            except Exception as error:
                told = self._told(error, wanted.url)
                raise told if isinstance(told, TransientError) else ObjectError(told) from None
            if result.meta["size"] != size:
                raise ObjectError(changed(wanted.url))
            yield start, data
            start += len(data)

    def _head(self, key: str) -> dict[str, Any] | None:
        try:
            meta: dict[str, Any] = self._obstore.head(self._store, key)
        except FileNotFoundError:
            return None
        except Exception as error:
            # A folder or a pattern is told by its listing; a name no object can have is none.
            told = self._told(error, self.url(key))
            if isinstance(told, TransientError):
                raise told from None
            return None
        return meta

    def _object(self, meta: dict[str, Any], depth: int) -> Object:
        path = meta["path"]
        parts = (self.bucket, *path.split("/"))
        for part in parts:
            if len(part.encode()) > 255 or "\0" in part:
                raise InputError(f"{self.url(path)} cannot be the name of a file in clean/")
        return Object(self, path, self.url(path), parts, depth, meta["size"], meta["e_tag"])

    def _told(self, error: Exception, url: str) -> Exception:
        """Say in one line what a library's error means. Its own text may hold a signature."""
        text = str(error)
        head, _, debug = text.partition("Debug source:")
        code = group_of(r"<Code>([^<]+)", head)
        status = group_of(r"non-2xx status code: (\d+)", head)
        said = group_of(r"<Message>([^<]+)", head) or code or f"status {status}"
        if any(place in head for place in ("169.254.169.254", "metadata.google", "token request")):
            return _NoCredentialsError(f"no credentials for {url}: {HINTS[self.kind]}")
        if code == "NoSuchBucket" or "ContainerNotFound" in head:
            return InputError(f"no such bucket: {self.url('')}")
        if isinstance(error, FileNotFoundError) or status == "404":
            return InputError(f"no such file: {url}")
        if code in ("PermanentRedirect", "AuthorizationHeaderMalformed"):
            return InputError(f"{url} is in another region: set AWS_REGION ({said})")
        if status in ("401", "403") or isinstance(error, PermissionError):
            who = "without credentials" if self._anonymous else f"({said})"
            return InputError(f"access denied to {url} {who}: {HINTS[self.kind]}")
        if status == "412" or type(error).__name__ == "PreconditionError":
            return InputError(changed(url))
        if "invalid path" in head.lower() or type(error).__name__ == "InvalidPathError":
            key = group_of(r'[Pp]ath "([^"]*)"', head)
            return InputError(
                f"{self.url('')} holds the key {key!r}, which is no path; name a folder without it"
            )
        if "Missing AccessKeyId" in head or "Missing SecretAccessKey" in head:
            return InputError(f"half of a login for {url}: {HINTS['s3']}")
        if "Account must be specified" in head:
            return InputError(f"no account for {url}: {HINTS['az']}")
        if status and not (status.startswith("5") or status in ("408", "429")):
            return InputError(f"{url} cannot be had: {said}")
        if status:
            return TransientError(f"{url} cannot be had: {said}")
        if not re.search(r"HTTP error|[Bb]ody error|Interrupted|Timeout|Connect", text):
            first = head.strip().partition("\n")[0]
            return InputError(f"{url} cannot be had: {re.sub(r'https?://[^ ]+', '...', first)}")
        return unreachable(url, host(text) or self._config.get("endpoint", ""), debug)


class _NoCredentialsError(InputError):
    pass


def _s3_config(bucket: str) -> dict[str, Any]:
    """Where S3 is and who asks, as every tool of Amazon's finds it out. Raises InputError."""
    try:
        import botocore.session
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise missing("s3", "remote") from None
    session = botocore.session.get_session()
    try:
        credentials = session.get_credentials()
        # Read once now: what is wrong with them is told before a library hides it.
        frozen = None if credentials is None else credentials.get_frozen_credentials()
        region = os.environ.get("AWS_REGION") or session.get_config_variable("region")
        profile = session.get_scoped_config()
    except BotoCoreError as error:
        raise InputError(f"no credentials for s3://{bucket}: {error}") from None
    endpoint = (
        os.environ.get("AWS_ENDPOINT_URL_S3")
        or os.environ.get("AWS_ENDPOINT_URL")
        or profile.get("endpoint_url")
    )
    config: dict[str, Any] = {"region": region or "us-east-1"}
    if endpoint:
        config["endpoint"] = endpoint.rstrip("/")
    else:
        config["region"] = _region_of(bucket) or config["region"]
    if frozen is None:
        config["skip_signature"] = True
    else:
        # Asked again as a pass of hours goes on: what is lent for an hour is then renewed.
        config["credential_provider"] = lambda: _renewed(credentials)
    return config


def _renewed(credentials: Any) -> dict[str, Any]:
    frozen = credentials.get_frozen_credentials()
    return {
        "access_key_id": frozen.access_key,
        "secret_access_key": frozen.secret_key,
        "token": frozen.token,
        "expires_at": datetime.now(timezone.utc) + timedelta(minutes=10),
    }


def _region_of(bucket: str) -> str | None:
    """The region of a bucket at Amazon's, which says it of any bucket, to anyone."""
    url = f"https://s3.amazonaws.com/{urllib.parse.quote(bucket)}"
    request = urllib.request.Request(url, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            headers = answer.headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    except (OSError, http.client.HTTPException):
        return None
    region: str | None = headers.get("x-amz-bucket-region")
    return region
