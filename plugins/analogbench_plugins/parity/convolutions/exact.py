"""Convolutions where nothing is random: exact products and updates, and pulses that are certain to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from analogbench.api import Tile, TileContext
from analogbench.api.streams import Streams
from analogbench.crossbar.kernels import cpu
from analogbench.crossbar.tile import PulsedTile
from analogbench_plugins.devices.aihwkit.tile import KitTile
from analogbench_plugins.devices.digital import DigitalTile
from analogbench_plugins.parity.convolutions.images import GEOMETRIES, INPUTS, OUTPUTS, RATE, Geometry, make_images
from analogbench_plugins.parity.convolutions.layer import KitConvolution
from analogbench_plugins.parity.draws import CPU
from analogbench_plugins.parity.families import BOTH_OFF, FAMILIES
from analogbench_plugins.parity.hidden import array_of, periphery_of, settings_of

TOLERANCE = 1e-5
"""Largest difference that float32 sums in another order explain: numbers here are at most about 10."""

CERTAIN_STEP = 0.1
"""Of devices whose every pulse is certain: so large that the order of pulses decides where a weight ends."""

INDEXED = "cpu kernel, AIHWKIT indexed"
"""AIHWKIT picks pixels by index instead of unfolding, as it does on CUDA."""


@dataclass(frozen=True)
class ExactConvolution:
    """Largest differences of outputs, gradients of the inputs and steps of the weights.

    reversed: of the steps, had the patches come in the opposite order; 0 if the order cannot matter.
    """

    label: str
    outputs: float
    gradients: float
    steps: float
    reversed: float

    @property
    def failed(self) -> bool:
        """Whether something differs by more than rounding, or the order of pulses would not have been seen."""
        apart = max(self.outputs, self.gradients, self.steps) > TOLERANCE
        return apart or 0 < self.reversed < 1000 * TOLERANCE


@dataclass(frozen=True)
class Given:
    """One step. x: (B, CHANNELS, SIDE, SIDE), d: (B, OUTPUTS, side, side), w: (OUTPUTS, INPUTS), lr: rate."""

    x: Tensor
    d: Tensor
    w: Tensor
    geometry: Geometry
    lr: float = RATE


def compare_exact_all(seed: int) -> list[ExactConvolution]:
    """Exact updates and certain pulses, each stride and padding, tiles of ours and AIHWKIT's."""
    results = []
    for geometry in GEOMETRIES:
        given, config = smooth_step(geometry, seed), exact_config()
        layer = KitConvolution(config, geometry)
        for name, tile in (("digital", digital_tile()), ("AIHWKIT's tile", kit(config))):
            results.append(compare_step(f"exact update, {geometry.label}; {name}", given, layer, tile))
        signs, config = sign_step(geometry, seed), certain_config(seed)
        layers = [KitConvolution(config, geometry, signs.lr, indexed=indexed) for indexed in (False, False, True)]
        tiles = {"cpu kernel": idealized_tile(config), "AIHWKIT's tile": kit(config), INDEXED: idealized_tile(config)}
        for (name, tile), layer in zip(tiles.items(), layers, strict=True):
            results.append(compare_step(f"certain pulses, {geometry.label}; {name}", signs, layer, tile, ordered=True))
    return results


def compare_step(
    label: str, given: Given, layer: KitConvolution, tile: Tile, *, ordered: bool = False
) -> ExactConvolution:
    """One step of AnalogConv2d against a tile of ours, one array, that is given the patches."""
    layer.tile.set_weights(given.w)
    start = layer.tile.get_weights()[0]
    y, gradient = layer.step(given.x, given.d)
    step = layer.tile.get_weights()[0] - start
    ours = _our_step(tile, given)
    apart = [float((a - b).abs().max()) for a, b in zip(ours, (y, gradient, step), strict=True)]
    backwards = float((_our_step(tile, given, backwards=True)[2] - step).abs().max()) if ordered else 0.0
    return ExactConvolution(label, apart[0], apart[1], apart[2], backwards)


def _our_step(tile: Tile, given: Given, *, backwards: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs, gradients of the inputs, steps of the weights."""
    geometry = given.geometry
    x, d = geometry.patches(given.x)[None], geometry.samples(given.d)[None]
    tile.program(given.w[None])
    start = tile.read()[0]
    y, gradient = geometry.maps(tile.forward(x)[0]), geometry.folded(tile.backward(d)[0])
    tile.update(*((x.flip(1), d.flip(1)) if backwards else (x, d)), given.lr)
    return y, gradient, tile.read()[0] - start


def smooth_step(geometry: Geometry, seed: int) -> Given:
    """Images and errors as in training."""
    images = make_images(geometry, seed)
    errors = geometry.maps(geometry.patches(images.x) @ images.w.T) - images.target
    return Given(images.x, errors, images.w, geometry)


def sign_step(geometry: Geometry, seed: int) -> Given:
    """Images and errors of −1, 0 and 1."""
    generator = torch.Generator().manual_seed(seed)
    images = make_images(geometry, seed)
    x, d = (torch.randint(-1, 2, t.shape, generator=generator).float() for t in (images.x, images.target))
    return Given(x, d, images.w, geometry, CERTAIN_STEP)


def exact_config() -> Any:
    """AIHWKIT's configuration with exact products and updates."""
    from aihwkit.simulator.configs import IOParameters, SingleRPUConfig, UpdateParameters
    from aihwkit.simulator.parameters.enums import PulseType

    perfect, exact = IOParameters(is_perfect=True), UpdateParameters(pulse_type=PulseType.NONE)
    device = FAMILIES["soft bounds"].build(False, 0, {})
    return SingleRPUConfig(device=device, forward=perfect, backward=perfect, update=exact)


def certain_config(seed: int) -> Any:
    """Perfect products; pulses of probability 1 on soft bounds that vary from crosspoint to crosspoint."""
    from aihwkit.simulator.configs import IOParameters, SingleRPUConfig, UpdateParameters

    perfect = IOParameters(is_perfect=True)
    device = FAMILIES["soft bounds"].build(True, seed, {"dw_min_std": 0.0, "dw_min": CERTAIN_STEP})
    update = UpdateParameters(desired_bl=1, **BOTH_OFF)
    return SingleRPUConfig(device=device, forward=perfect, backward=perfect, update=update)


def digital_tile() -> Tile:
    """The digital device."""
    return DigitalTile((1, OUTPUTS, INPUTS), TileContext(Streams([0], CPU), CPU))


def kit(config: Any) -> KitTile:
    """AIHWKIT's tile behind our interface, as the rules use it."""
    from aihwkit.simulator.tiles import AnalogTile

    return KitTile((1, OUTPUTS, INPUTS), [AnalogTile(OUTPUTS, INPUTS, config)], None, CPU)


def idealized_tile(config: Any) -> Tile:
    """The same crosspoints, idealized."""
    from aihwkit.simulator.tiles import AnalogTile

    array, periphery = array_of(AnalogTile(OUTPUTS, INPUTS, config), 1), periphery_of(config.forward, 1)
    return PulsedTile(array, periphery, Streams([0], CPU), settings_of(config.update), cpu.pulsed_update)
