"""What the comparison can see."""

from __future__ import annotations

from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.power import MISTAKES, compare_wrong
from analogbench_plugins.parity.tables import AGREEMENT_HEAD, agreement_numbers, agreement_row, failures, markdown

TEXT = """The same comparison with the idealized tile made wrong on purpose (soft bounds, every variation
on). It counts as a failure here if the mistake is *not* seen.

{table}"""


def power_section(settings: Settings) -> Section:
    """The section of `power`."""
    results = {name: compare_wrong(name, settings.draws, settings.seed) for name in MISTAKES}
    rows = [[name, *agreement_row(a)[:-1], "**NOT SEEN**" if a.passed else "seen"] for name, a in results.items()]
    text = TEXT.format(table=markdown(["mistake", *AGREEMENT_HEAD], rows))
    numbers = [agreement_numbers(name, a) for name, a in results.items()]
    unseen = failures(list(results), [a.passed for a in results.values()])
    return Section("What the comparison sees", text, numbers, len(results), [f"{name}: not seen" for name in unseen])
