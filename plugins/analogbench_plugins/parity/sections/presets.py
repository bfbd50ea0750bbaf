"""Devices by name."""

from __future__ import annotations

from analogbench_plugins.parity.families import FAMILIES
from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.presets import PresetResult, compare_preset
from analogbench_plugins.parity.tables import AGREEMENT_HEAD, agreement_numbers, agreement_row, markdown, verdict

TEXT = """The devices that come along, built by name with AIHWKIT's parameters and every variation on: constants of 6400
crosspoints (bounds, steps, reference, slopes or exponents) as both draw them; the step on which the length and the
probabilities of pulse trains are based (AIHWKIT's weight granularity); and parameters whose default is not AIHWKIT's.

{table}"""


def presets_section(settings: Settings) -> Section:
    """The section of `presets`."""
    results = [compare_preset(family, settings.seed) for family in FAMILIES]
    head = ["family", *AGREEMENT_HEAD[:-1], "step of trains, AIHWKIT", "ours", "other defaults", "verdict"]
    numbers = [agreement_numbers(r.family, r.agreement) | {"steps": [r.kit_step, r.our_step]} for r in results]
    text = TEXT.format(table=markdown(head, [_row(r) for r in results]))
    return Section("Devices", text, numbers, len(results), [_failure(r) for r in results if r.failed])


def _row(r: PresetResult) -> list[str]:
    steps = [f"{r.kit_step:.6g}", f"{r.our_step:.6g}"]
    return [r.family, *agreement_row(r.agreement)[:-1], *steps, _defaults(r) or "none", verdict(r.failed)]


def _defaults(r: PresetResult) -> str:
    return "; ".join(f"{name}: {kit:g}, ours {ours:g}" for name, (kit, ours) in r.defaults.items())


def _failure(r: PresetResult) -> str:
    reasons = [] if r.agreement.passed else ["constants of crosspoints"]
    if abs(r.our_step / r.kit_step - 1) > 1e-5:
        reasons.append(f"step of trains {r.our_step:.4g} against AIHWKIT's {r.kit_step:.4g}")
    return f"{r.family}: {'; '.join([*reasons, _defaults(r)] if r.defaults else reasons)}"
