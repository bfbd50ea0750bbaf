"""Why a source did not give a data set."""

from __future__ import annotations

import errno
import socket
import urllib.error

from analogbench.errors import AnalogbenchError

FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""What the system says of a full disk."""


class SourceError(AnalogbenchError):
    """A source failed, so that the next one is to be tried; the message is the reason, without the source's name."""


class FullDiskError(AnalogbenchError):
    """There is no room, whatever the source."""


def is_full(error: BaseException) -> bool:
    """Whether it says that the disk is full."""
    return isinstance(error, OSError) and error.errno in FULL


def reason_of(error: BaseException) -> str:
    """One line on what went wrong in a download."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, BaseException):
        return reason_of(error.reason)
    if isinstance(error, TimeoutError):
        return "no network: no answer in time"
    if isinstance(error, (socket.gaierror, ConnectionError)):
        return f"no network: {error.strerror or error}"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
