"""Why a store gave no answer, in one line without a credential in it; and trying again."""

import re
import socket
import ssl
import time
from collections.abc import Callable
from typing import TypeVar

from dedup import extras
from dedup.dump import formats
from dedup.dump.objects import TransientError, pauses
from dedup.errors import InputError

T = TypeVar("T")

# Seconds of trying again at first: a URL that is wrong is told soon.
FIRST_PATIENCE = 3.0

HINTS = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; AWS_ENDPOINT_URL for a"
    " store that is not Amazon's",
    "gs": "set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`",
    "az": "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or"
    " AZURE_STORAGE_SAS_TOKEN",
    "hf": "set HF_TOKEN, and accept the terms of the data set on the hub",
    "http": "a signed URL may have expired; https://user:password@host is a login",
}


def missing(scheme: str, extra: str) -> InputError:
    return InputError(f"{scheme}:// needs more packages: {extras.install(extra)}")


def patiently(call: Callable[[], T], seconds: float) -> T:
    end = time.monotonic() + seconds
    for pause in pauses():
        try:
            return call()
        except TransientError:
            if time.monotonic() + pause > end:
                raise
            time.sleep(pause)
    raise AssertionError("pauses never end")


def changed(url: str) -> str:
    return f"{url} changed while it was being read; run the pass again"


def group_of(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else ""


def host(text: str) -> str:
    return group_of(r"(https?://[^/ ,\"?]+)", text)


def unreachable(url: str, endpoint: str, debug: str) -> InputError:
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
    reason = group_of(r'message: "([^"]+)"', debug) or (
        "no answer in time" if "Timeout" in debug or "TimedOut" in debug else "connection broken"
    )
    return TransientError(f"cannot reach {at}: {reason}")


def of_socket(url: str, reason: object) -> InputError:
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
    return TransientError(f"cannot reach {url}: {reason_of(reason)}")


def reason_of(reason: object) -> str:
    return "no answer in time" if isinstance(reason, TimeoutError) else formats.reason_of(reason)
