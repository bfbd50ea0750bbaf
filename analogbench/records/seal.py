"""A checksum at the end of a record's file: a flipped bit may leave a number that is as good as the right one."""

from __future__ import annotations

import hashlib
import re

_KEY = b',\n"checksum": "'
_SEAL = re.compile(re.escape(_KEY) + rb'([0-9a-f]{64})"\n}\n')


def sealed(text: str) -> str:
    """The JSON object `text`, whose last line is `}`, with a last field that holds the SHA-256 of all before it."""
    body = text.removesuffix("\n}\n")
    return f'{body}{_KEY.decode()}{hashlib.sha256(body.encode()).hexdigest()}"\n}}\n'


def opened(content: bytes) -> bytes | None:
    """The object without its checksum; None if something of it was changed. Records of older versions have none."""
    body, key, _ = content.rpartition(_KEY)
    if not key:
        return content
    seal = _SEAL.fullmatch(content, len(body))
    if seal is None or seal[1].decode() != hashlib.sha256(body).hexdigest():
        return None
    return body + b"\n}\n"
