"""Measure everything and write the page; exit code 1 if a comparison fails."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `python -m analogbench_plugins.parity`."""
    parser = argparse.ArgumentParser(prog="python -m analogbench_plugins.parity", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the page")
    parser.add_argument("--draws", type=int, default=4000, help="repetitions of each random comparison")
    parser.add_argument("--seed", type=int, default=0, help="of the inputs, the crosspoints and our draws")
    parser.add_argument(
        "--records", type=Path, default=Path("results/parity"), help="results of `analogbench run parity`"
    )
    options = parser.parse_args(arguments)
    from analogbench_plugins.parity.moments import LEAST

    if options.draws < LEAST or options.seed < 0:
        parser.error(f"--draws must be at least {LEAST} and --seed at least 0")
    if find_spec("aihwkit") is None:
        parser.error("AIHWKIT is not installed; pip install aihwkit==1.1.0")
    if not (options.records / "records").is_dir():
        parser.error(f"no records in {options.records}; make them: analogbench run parity --results {options.records}")

    from analogbench_plugins.parity.page import Settings, write_page
    from analogbench_plugins.parity.sections import SECTIONS

    failures = write_page(SECTIONS, Settings(options.draws, options.seed, options.out, options.records))
    print(f"wrote {options.out / 'index.md'}")
    for failure in failures:
        print(f"differs: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
