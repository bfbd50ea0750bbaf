"""Any text in Markdown."""

from __future__ import annotations

import re


def markdown_text(text: str) -> str:
    """The text on one line, with what Markdown would read as mark-up escaped; underscores inside words are safe."""
    return re.sub(r"[\\`*<>|]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", " ".join(text.split()))
