"""Single files on the web."""

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from typing import IO, Any

from dedup.dump.formats import kind_of
from dedup.dump.objects import Object, ObjectError, TransientError, masked
from dedup.dump.stores import failures
from dedup.dump.stores.failures import (
    HINTS,
    changed,
    group_of,
    of_socket,
    patiently,
    reason_of,
)
from dedup.errors import InputError

# Seconds that a server may say nothing.
TIMEOUT = 30


class Web:
    """Single files over HTTP."""

    # Whether what is behind a URL is always the same.
    pinned = False
    hint = HINTS["http"]

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(_Redirects)

    def find(self, key: str) -> list[Object]:
        # Not HEAD: a signed URL is signed for GET.
        with patiently(lambda: self._open(key), failures.FIRST_PATIENCE) as answer:
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
                at = int(group_of(r"bytes (\d+)-", answer.headers.get("Content-Range", "")) or -1)
                if at != start:
                    raise TransientError(f"{wanted.url} sent another range than asked for")
            else:
                at = 0
                length = answer.headers.get("Content-Length")
                if wanted.size is not None and length and int(length) != wanted.size:
                    raise ObjectError(changed(wanted.url))
            if not self.pinned and _tag(answer.headers) != wanted.tag:
                raise ObjectError(changed(wanted.url))
            while True:
                try:
                    data = answer.read1(1 << 20)
                except (OSError, http.client.HTTPException) as error:
                    raise TransientError(f"{wanted.url} broke off: {reason_of(error)}") from None
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
            raise of_socket(shown, error.reason) from None
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, http.client.InvalidURL):
                raise InputError(f"{shown} is no URL: {error}") from None
            raise of_socket(shown, error) from None
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
