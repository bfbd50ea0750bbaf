"""The child's side: run the probe of one component and tell its facts to the parent, one line of JSON each.

`python -m analogbench.doctor.child MODULE ARGUMENT...` calls MODULE.probe(say, ARGUMENT...). The last line is a text:
why the probe failed, or nothing.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence
from typing import TextIO

LONGEST = 300
"""Characters of a failure that are told; some libraries write pages."""


def main(arguments: Sequence[str]) -> None:
    """Run a probe and end the process."""
    channel = _private_stdout()

    def tell(content: object) -> None:
        channel.write(json.dumps(content, default=str) + "\n")
        channel.flush()

    def say(**facts: object) -> None:
        tell(facts)

    module, *rest = arguments
    try:
        importlib.import_module(module).probe(say, *rest)
    except BaseException as error:  # a package may well call sys.exit() when imported
        tell(one_line(error))
    else:
        tell("")
    os._exit(0)  # what libraries do at exit can hang or crash, and has no bearing on the answer


def one_line(error: BaseException) -> str:
    """An exception as one line of at most LONGEST characters."""
    text = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _private_stdout() -> TextIO:
    """The standard output, for the facts alone: what anybody prints from now on goes to stderr."""
    channel = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    return channel


if __name__ == "__main__":
    main(sys.argv[1:])
