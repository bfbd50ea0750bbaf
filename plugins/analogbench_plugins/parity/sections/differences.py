"""Where AIHWKIT and the idealized tiles differ, and by how much: measured, not counted as failures."""

from __future__ import annotations

import numpy as np

from analogbench_plugins.parity.draws import PER_TILE, Ours, kit_tile, kit_updates, our_updates
from analogbench_plugins.parity.families import Case, make_batch
from analogbench_plugins.parity.hidden import granularity
from analogbench_plugins.parity.moments import compare
from analogbench_plugins.parity.noise import measure_noise
from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.products import TOP_LEVEL, compare_exact

VECTORS = 20_000
TILES = 40
MANY = 20_000
LISTS = 5
"""Single tiles whose draws are looked at: of some the list of numbers has hardly a mean."""

TEXT = """- **Order of pulses in the `gpu` kernel**: see the end of *Pulsed update*.
- **Top level of the ADC**: with AIHWKIT's default out_bound of 12 the 255th level is, in float32, {excess:.1e} above
  the bound, so that AIHWKIT's bound management takes an output there for one that clips, and multiplies again at half
  the input, where inputs are rounded more coarsely. One level in 255 is concerned. With out_bound 0.8, where the same
  happens and outputs get there, {apart} of {outputs} outputs without noise differ between AIHWKIT and ours, by at most
  {furthest:.1f} steps of the ADC.
- **Fast array of a compound of unlike devices**: AIHWKIT bases its pulse trains on the mean step of all devices of the
  compound, the rule `tiki-taka` on that of the fast one. A compound of dw_min 0.001 and 0.004 tells a step of
  {compound:.4g}. Where both devices have the same dw_min, as above, there is no difference.
- **Tiki-Taka with γ > 0**: AIHWKIT reads W + γP at once, the rule `tiki-taka` both arrays, one after the other, and
  adds them: the noise of the product is then √(1 + γ²) times as large. The paper's γ is 0.
- **Mini-batches of different sizes**: AIHWKIT counts transfers in samples, at the size of the present mini-batch, the
  rule in mini-batches; after a smaller one, such as the last of an epoch may be, AIHWKIT's transfers come amid
  mini-batches (see *Convolutions*).
- **Gaussian numbers**: on the CPU each AIHWKIT tile takes them from a list of its own, drawn when the tile is made:
  {numbers} numbers from one tile have {distinct} different values. So the cycle-to-cycle noise of a tile has a mean,
  of root mean square {mean_of_list:.4f} over {tiles} tiles (sampling error {sampling:.4f}; a list of 32768 would have
  0.0055), which makes all pulses of that tile larger or smaller by that share of dw_min_std. Ours have none. The
  comparisons use a new tile every {per_tile} draws. That it matters: {many} mini-batches (constant steps, high rate,
  varied) from a single tile against ours have, for {lists} such tiles, a mean z² of means of
  {single}; with a new tile every {per_tile} draws it is {fresh:.2f}.
- **Random seeds**: our numbers follow from the seed, AIHWKIT's from the clock; only construction_seed fixes its
  crosspoints.
- **Not compared**, since the idealized tiles do not have it: fixed_bl=False, pulse types other than
  STOCHASTIC_COMPRESSED, decay, diffusion, drift, resets, corrupt devices, input noise, IR drop, non-linear converters,
  and other kinds of noise and bound management."""


def differences_section(settings: Settings) -> Section:
    """What remains."""
    top = compare_exact(TOP_LEVEL, "forward", VECTORS, settings.seed)
    noise = measure_noise(TILES)
    level = {"excess": top_level_excess(12.0), "apart": top.apart, "outputs": top.outputs, "furthest": top.furthest}
    single = sorted(_mean_square(settings.seed, MANY, str(number)) for number in range(LISTS))
    lists = {"many": MANY, "single": single, "fresh": _mean_square(settings.seed, PER_TILE, "fresh")}
    numbers = {
        "top level of the ADC": level,
        "Gaussian numbers": noise,
        "mean z² of means with one tile and with many": lists,
    }
    steps = {"tiles": TILES, "per_tile": PER_TILE, "compound": compound_step()}
    shown = {"lists": LISTS, "single": ", ".join(f"{square:.2f}" for square in single)}
    text = TEXT.format(**level, **noise, **lists | shown, **steps)
    return Section("Where they differ, and why", text, numbers)


def _mean_square(seed: int, per_tile: int, stream: str) -> float:
    """Mean z² of means of MANY draws, `per_tile` from each AIHWKIT tile. stream: names our random numbers."""
    case = Case("constant", "high", True)
    batch = make_batch(case.rate, seed)
    kit = kit_updates(case, batch, MANY, seed, per_tile)
    z = compare(kit, our_updates(kit_tile(case, seed), batch, MANY, seed, Ours(stream=stream))).z_mean
    return float(np.square(z).mean())


def compound_step() -> float:
    """The step on which AIHWKIT bases the pulse trains of the fast array, for dw_min 0.001 beside a slow 0.004."""
    from aihwkit.simulator.configs import UnitCellRPUConfig
    from aihwkit.simulator.configs.compounds import TransferCompound
    from aihwkit.simulator.configs.devices import SoftBoundsReferenceDevice
    from aihwkit.simulator.tiles import AnalogTile

    devices = [SoftBoundsReferenceDevice(dw_min=step) for step in (0.001, 0.004)]
    return granularity(AnalogTile(2, 2, UnitCellRPUConfig(device=TransferCompound(unit_cell_devices=devices))), 0)


def top_level_excess(bound: float) -> float:
    """By how much AIHWKIT's 255th ADC level lies above the bound, in float32: its step is res·(2·bound)."""
    step = np.float32(1 / 510) * np.float32(2 * bound)
    return float(np.float32(255) * step - np.float32(bound))
