"""Files that are not on this machine: in object stores, on the web, on the Hugging Face hub.

A store finds the files that a URL names, and gives the bytes of one from any offset on. What may
go well at another try is a TransientError; what is wrong with a single file an ObjectError; both
and every other error are one line without a credential in it.
"""

import http.client
import os
import re
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import IO, Any, TypeVar

from dedup.dump.remote import (
    BLOCK,
    BUCKETS,
    Object,
    ObjectError,
    Store,
    TransientError,
    masked,
    patience,
    pauses,
    scheme_of,
)
from dedup.errors import InputError

T = TypeVar("T")

# Seconds that a server may say nothing.
TIMEOUT = 30

# Seconds of trying again at first: a URL that is wrong is told soon.
FIRST_PATIENCE = 3.0

_HINTS = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; AWS_ENDPOINT_URL for a"
    " store that is not Amazon's",
    "gs": "set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`",
    "az": "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or"
    " AZURE_STORAGE_SAS_TOKEN",
    "hf": "set HF_TOKEN, and accept the terms of the data set on the hub",
    "http": "a signed URL may have expired; https://user:password@host is a login",
}


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


def _missing(scheme: str, extra: str) -> InputError:
    return InputError(f"{scheme}:// needs more packages: pip install 'dedup[{extra}]'")


def _patiently(call: Callable[[], T], seconds: float) -> T:
    end = time.monotonic() + seconds
    for pause in pauses():
        try:
            return call()
        except TransientError:
            if time.monotonic() + pause > end:
                raise
            time.sleep(pause)
    raise AssertionError("pauses never end")


# --- object stores


@lru_cache(maxsize=16)
def _bucket(scheme: str, bucket: str) -> "Bucket":
    return Bucket(scheme, bucket)


class Bucket:
    """A bucket of S3 or Google Cloud Storage, or a container of Azure."""

    def __init__(self, scheme: str, bucket: str) -> None:
        try:
            import obstore
        except ImportError:
            raise _missing(scheme, "remote") from None
        self._obstore = obstore
        self.scheme, self.bucket = scheme, bucket
        self.kind = BUCKETS[scheme]
        if not bucket:
            raise InputError(f"no bucket is named in {scheme}://")
        if ":" in bucket:
            raise InputError(
                f"credentials in {masked(self.url(''))} are not taken; {_HINTS[self.kind]}"
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
        quick = self._store_with(2, FIRST_PATIENCE)
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
                    "timeout": f"{TIMEOUT}s",
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
            wanted = re.compile(_pattern(folder))
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
                self._obstore.put(self._store, key, data, chunk_size=block, max_concurrency=4)
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
                raise ObjectError(_changed(wanted.url))
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
        code = _first(r"<Code>([^<]+)", head)
        status = _first(r"non-2xx status code: (\d+)", head)
        said = _first(r"<Message>([^<]+)", head) or code or f"status {status}"
        if any(place in head for place in ("169.254.169.254", "metadata.google", "token request")):
            return _NoCredentialsError(f"no credentials for {url}: {_HINTS[self.kind]}")
        if code == "NoSuchBucket" or "ContainerNotFound" in head:
            return InputError(f"no such bucket: {self.url('')}")
        if isinstance(error, FileNotFoundError) or status == "404":
            return InputError(f"no such file: {url}")
        if code in ("PermanentRedirect", "AuthorizationHeaderMalformed"):
            return InputError(f"{url} is in another region: set AWS_REGION ({said})")
        if status in ("401", "403") or isinstance(error, PermissionError):
            who = "without credentials" if self._anonymous else f"({said})"
            return InputError(f"access denied to {url} {who}: {_HINTS[self.kind]}")
        if status == "412" or type(error).__name__ == "PreconditionError":
            return InputError(_changed(url))
        if "invalid path" in head.lower() or type(error).__name__ == "InvalidPathError":
            key = _first(r'[Pp]ath "([^"]*)"', head)
            return InputError(
                f"{self.url('')} holds the key {key!r}, which is no path; name a folder without it"
            )
        if "Missing AccessKeyId" in head or "Missing SecretAccessKey" in head:
            return InputError(f"half of a login for {url}: {_HINTS['s3']}")
        if "Account must be specified" in head:
            return InputError(f"no account for {url}: {_HINTS['az']}")
        if status and not (status.startswith("5") or status in ("408", "429")):
            return InputError(f"{url} cannot be had: {said}")
        if status:
            return TransientError(f"{url} cannot be had: {said}")
        if not re.search(r"HTTP error|[Bb]ody error|Interrupted|Timeout|Connect", text):
            first = head.strip().partition("\n")[0]
            return InputError(f"{url} cannot be had: {re.sub(r'https?://[^ ]+', '...', first)}")
        return _unreachable(url, _host(text) or self._config.get("endpoint", ""), debug)


class _NoCredentialsError(InputError):
    pass


def _s3_config(bucket: str) -> dict[str, Any]:
    """Where S3 is and who asks, as every tool of Amazon's finds it out. Raises InputError."""
    try:
        import botocore.session
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise _missing("s3", "remote") from None
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


def _pattern(glob: str) -> str:
    """A regular expression of a glob, in which `*` stays in its folder and `**/` is any folders."""
    known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^]]*\]|.", glob, re.DOTALL)
    return "".join(known.get(token) or _literal(token) for token in tokens)


def _literal(token: str) -> str:
    if len(token) == 1:
        return re.escape(token)
    negated = token[1] == "!"
    # What is special within brackets, but for the hyphen.
    inside = re.sub(r"([\\^\[\]&~|])", r"\\\1", token[1 + negated : -1])
    return f"[{'^/' if negated else ''}{inside}]"


# --- the web


class Web:
    """Single files over HTTP."""

    # Whether what is behind a URL is always the same.
    pinned = False
    hint = _HINTS["http"]

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(_Redirects)

    def find(self, key: str) -> list[Object]:
        # Not HEAD: a signed URL is signed for GET.
        with _patiently(lambda: self._open(key), FIRST_PATIENCE) as answer:
            headers = answer.headers
            parts = _place(headers.get_filename(), key, answer.geturl())
            encoding = headers.get("Content-Encoding", "").lower().removeprefix("x-")
            length = headers.get("Content-Length")
            return [
                Object(
                    self,
                    key,
                    masked(key),
                    parts,
                    1,
                    int(length) if length else None,
                    _tag(headers),
                    encoding,
                )
            ]

    def chunks(self, wanted: Object, start: int) -> Iterator[tuple[int, Any]]:
        headers = {}
        if start and wanted.size is not None and (wanted.tag or self.pinned):
            headers["Range"] = f"bytes={start}-"
            if wanted.tag:
                headers["If-Range"] = wanted.tag
        try:
            answer = self._open(wanted.key, headers, wanted.url)
        except TransientError:
            raise
        except InputError as error:
            raise ObjectError(error) from None
        with answer:
            if answer.status == 206:
                at = int(_first(r"bytes (\d+)-", answer.headers.get("Content-Range", "")) or -1)
                if at != start:
                    raise TransientError(f"{wanted.url} sent another range than asked for")
            else:
                at = 0
                length = answer.headers.get("Content-Length")
                if wanted.size is not None and length and int(length) != wanted.size:
                    raise ObjectError(_changed(wanted.url))
            if not self.pinned and _tag(answer.headers) != wanted.tag:
                raise ObjectError(_changed(wanted.url))
            while True:
                try:
                    data = answer.read1(1 << 20)
                except (OSError, http.client.HTTPException) as error:
                    raise TransientError(f"{wanted.url} broke off: {_reason(error)}") from None
                if not data:
                    return
                yield at, data
                at += len(data)

    def headers_for(self, url: str) -> dict[str, str]:
        """Headers that go to the host of `url` alone."""
        login = urllib.parse.urlsplit(url).netloc.rpartition("@")[0]
        if not login:
            return {}
        plain = urllib.parse.unquote(login).encode()
        return {"Authorization": f"Basic {b64encode(plain).decode()}"}

    def _open(self, url: str, headers: dict[str, str] | None = None, shown: str = "") -> Any:
        shown = shown or masked(url)
        try:
            request = urllib.request.Request(_plain(url))
            # A file is wanted as it is, not packed for the way.
            request.add_header("Accept-Encoding", "identity")
            request.add_header("User-Agent", "dedup")
            for name, value in (headers or {}).items():
                request.add_header(name, value)
            for name, value in self.headers_for(url).items():
                request.add_unredirected_header(name, value)
            return self._opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (404, 410):
                raise InputError(f"no such file: {shown} ({error.code})") from None
            if error.code in (401, 403):
                raise InputError(f"access denied to {shown} ({error.code}): {self.hint}") from None
            kind = TransientError if error.code >= 500 or error.code in (408, 429) else InputError
            said = f"{error.code} {error.reason}".strip()
            raise kind(f"{shown} cannot be had: {said}") from None
        except urllib.error.URLError as error:
            raise _of_socket(shown, error.reason) from None
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, http.client.InvalidURL):
                raise InputError(f"{shown} is no URL: {error}") from None
            raise _of_socket(shown, error) from None
        except ValueError as error:
            raise InputError(f"{shown} is no URL: {error}") from None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirection; a login goes along to the same host, and to no other."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        further = super().redirect_request(req, fp, code, msg, headers, newurl)
        if further is not None and (further.type, further.host) == (req.type, req.host):
            for name, value in req.unredirected_hdrs.items():
                further.add_unredirected_header(name, value)
        return further


def _plain(url: str) -> str:
    """A URL as it is sent: without a login, what is not ASCII escaped."""
    split = urllib.parse.urlsplit(url)
    host = split.netloc.rpartition("@")[2]
    if not host.isascii():
        host = host.encode("idna").decode()
    path = urllib.parse.quote(split.path, safe="/%:@!$&'()*+,;=~")
    query = urllib.parse.quote(split.query, safe="/%:@!$&'()*+,;=~?")
    return urllib.parse.urlunsplit((split.scheme, host, path, query, ""))


def _place(named: str | None, *urls: str) -> tuple[str, ...]:
    """Host, folders and name of a file: of the first of its URLs whose name has an ending."""
    from dedup.dump.inputs import kind_of

    places = [_parts_of(url) for url in urls]
    if named:
        places.insert(0, (*places[0][:-1], re.split(r"[/\\]", named)[-1]))
    told = [place for place in places if kind_of(place[-1]) is not None]
    return (told or places)[0]


def _parts_of(url: str) -> tuple[str, ...]:
    split = urllib.parse.urlsplit(url)
    path = urllib.parse.unquote(split.path).replace("\0", "")
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    return (split.hostname or "", *parts)


def _tag(headers: Any) -> str | None:
    """What tells a content from another and may stand in If-Range."""
    tag: str | None = headers.get("ETag")
    if tag and not tag.startswith("W/"):
        return tag
    modified: str | None = headers.get("Last-Modified")
    return modified


# --- the hub


_NOT_ON_THE_HUB = (
    *("RepositoryNotFoundError", "GatedRepoError", "RevisionNotFoundError"),
    *("EntryNotFoundError", "RemoteEntryNotFoundError"),
)


class Hub(Web):
    """The files of data sets on the Hugging Face hub, each at the commit that was found first."""

    pinned = True
    hint = _HINTS["hf"]

    def __init__(self) -> None:
        super().__init__()
        try:
            import huggingface_hub
        except ImportError:
            raise _missing("hf", "hf") from None
        self._hub = huggingface_hub

    def find(self, key: str) -> list[Object]:
        shown = masked(key)
        try:
            return _patiently(lambda: self._find(key), FIRST_PATIENCE)
        except InputError:
            raise
        except Exception as error:
            name = type(error).__name__
            if isinstance(error, FileNotFoundError) or name in _NOT_ON_THE_HUB:
                raise InputError(
                    f"no such data set or file, or no access: {shown}; {self.hint}"
                ) from None
            first = str(error).strip().partition("\n")[0]
            raise InputError(f"the hub cannot be asked for {shown}: {first or name}") from None

    def _find(self, key: str) -> list[Object]:
        # The library forgives what is no data set, and takes it for a model.
        if not key[len("hf://") :].startswith("datasets/"):
            raise InputError(f"{masked(key)} is no data set: hf://datasets/OWNER/NAME/PATH")
        place = self._hub.HfFileSystem().resolve_path(key)
        api = self._hub.HfApi()
        commit = api.dataset_info(place.repo_id, revision=place.revision).sha
        wanted, folder = None, place.path_in_repo.rstrip("/")
        if re.search(r"[*?[]", folder):
            wanted = re.compile(_pattern(folder))
            folder = re.split(r"[^/]*[*?[]", folder, maxsplit=1)[0].rstrip("/")
        found = []
        for entry in self._entries(api, place.repo_id, folder, commit):
            path = entry.path
            below = path[len(folder) :].lstrip("/").split("/") if path != folder else [path]
            if wanted is not None and not wanted.fullmatch(path):
                continue
            if any(part.startswith(".") for part in below):
                continue
            url = self._hub.hf_hub_url(
                place.repo_id, path, repo_type="dataset", revision=commit, endpoint=api.endpoint
            )
            parts = (*place.repo_id.split("/"), *path.split("/"))
            depth = 1 if path == folder else len(below)
            shown = f"hf://datasets/{place.repo_id}/{path}"
            found.append(Object(self, url, shown, parts, depth, entry.size, None))
        return sorted(found, key=lambda it: it.parts)

    def _entries(self, api: Any, repo: str, folder: str, commit: str) -> list[Any]:
        options = {"repo_type": "dataset", "revision": commit}
        if folder:
            (entry,) = api.get_paths_info(repo, [folder], **options) or [None]
            if entry is None:
                raise FileNotFoundError
            if hasattr(entry, "size"):
                return [entry]
        tree = api.list_repo_tree(repo, folder or None, recursive=True, **options)
        return [entry for entry in tree if hasattr(entry, "size")]

    def headers_for(self, url: str) -> dict[str, str]:
        from huggingface_hub.utils import build_hf_headers

        headers: dict[str, str] = build_hf_headers()
        return {name: value for name, value in headers.items() if name.lower() == "authorization"}


# --- errors


def _changed(url: str) -> str:
    return f"{url} changed while it was being read; run the pass again"


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else ""


def _host(text: str) -> str:
    return _first(r"(https?://[^/ ,\"?]+)", text)


def _unreachable(url: str, endpoint: str, debug: str) -> InputError:
    """Why a store gave no answer, of what a library shows of its own insides."""
    at = f"{url} at {endpoint}" if endpoint else url
    if "dns error" in debug:
        return TransientError(f"cannot reach {at}: unknown host")
    if "invalid peer certificate" in debug or "InvalidCertificate" in debug:
        return InputError(
            f"cannot reach {at}: its certificate is not trusted; set SSL_CERT_FILE to its"
            " authority's"
        )
    if "InvalidContentType" in debug or "InvalidMessage" in debug:
        return InputError(f"cannot reach {at}: it does not speak TLS")
    reason = _first(r'message: "([^"]+)"', debug) or (
        "no answer in time" if "Timeout" in debug or "TimedOut" in debug else "connection broken"
    )
    return TransientError(f"cannot reach {at}: {reason}")


def _of_socket(url: str, reason: object) -> InputError:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return InputError(
            f"cannot reach {url}: its certificate is not trusted ({reason.verify_message}); set"
            " SSL_CERT_FILE to its authority's"
        )
    if isinstance(reason, ssl.SSLError) and reason.reason == "WRONG_VERSION_NUMBER":
        return InputError(f"cannot reach {url}: it does not speak TLS")
    if isinstance(reason, ssl.SSLError):
        return InputError(f"cannot reach {url}: {reason.reason or 'TLS failed'}")
    if isinstance(reason, socket.gaierror):
        return TransientError(f"cannot reach {url}: unknown host")
    return TransientError(f"cannot reach {url}: {_reason(reason)}")


def _reason(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return " ".join(str(reason).split()) or type(reason).__name__
