"""One certain pulse."""

from __future__ import annotations

from analogbench_plugins.parity import plots
from analogbench_plugins.parity.curves import compare_curves
from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.tables import failures, markdown, verdict

TEXT = """One pulse that is certain to come, without cycle-to-cycle noise, at 61 weights from below the lower to above
the upper bound, clipped to each crosspoint's own. Circles are AIHWKIT's steps (blue up, orange down), lines and dots
are ours.

![Steps of one pulse](curves.png)

{table}"""


def curves_section(settings: Settings) -> Section:
    """The section of `curves`."""
    results = compare_curves(settings.seed)
    plots.curves(settings.out / "curves", results)
    rows = [[r.family, "on" if r.varied else "off", f"{r.furthest:.1e}", verdict(r.failed)] for r in results]
    text = TEXT.format(table=markdown(["family", "variation", "largest difference", "verdict"], rows))
    numbers = [{"family": r.family, "varied": r.varied, "largest difference": r.furthest} for r in results]
    failed = failures([f"{row[0]}, variation {row[1]}" for row in rows], [r.failed for r in results])
    return Section("Response to one pulse", text, numbers, len(results), failed)
