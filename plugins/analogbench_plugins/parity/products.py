"""Comparison B: products of the noisy periphery, AIHWKIT's forward and backward pass against `Periphery.multiply`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from analogbench.api.streams import Streams
from analogbench_plugins.parity.draws import CPU, PER_TILE
from analogbench_plugins.parity.families import QUIET
from analogbench_plugins.parity.hidden import periphery_of
from analogbench_plugins.parity.moments import Agreement, Floats, compare

OUTPUTS, INPUTS, VECTORS = 7, 12, 5
REPLICAS = 4

APART = 1e-3
"""Largest share of exact outputs that may differ by more than rounding: inputs at a tie of the converters' rounding."""

QUIET_IO = {"out_noise": 0.0}
NO_MANAGEMENT = {"noise_management": "NONE", "bound_management": "NONE"}


@dataclass(frozen=True)
class ProductCase:
    """AIHWKIT's IOParameters that differ from the defaults; enums by name. zero: multiply zero vectors."""

    name: str
    io: Mapping[str, Any] = field(default_factory=dict)
    zero: bool = False

    def parameters(self) -> Any:
        """IOParameters."""
        from aihwkit.simulator.configs import IOParameters
        from aihwkit.simulator.parameters.enums import BoundManagementType, NoiseManagementType, WeightNoiseType

        enums = {
            "noise_management": NoiseManagementType,
            "bound_management": BoundManagementType,
            "w_noise_type": WeightNoiseType,
        }
        return IOParameters(**{k: getattr(enums[k], v) if k in enums else v for k, v in self.io.items()})


W_NOISE = {"w_noise": 0.05, "w_noise_type": "ADDITIVE_CONSTANT"}

NOISY = [
    ProductCase("default"),
    ProductCase("weight noise", W_NOISE),
    ProductCase("weight noise only", W_NOISE | QUIET_IO),
    ProductCase("outputs clip (out_bound 1)", {"out_bound": 1.0}),
    ProductCase("outputs clip, no bound management", {"out_bound": 1.0, "bound_management": "NONE"}),
    ProductCase("no management", NO_MANAGEMENT),
    ProductCase("inputs clip (inp_bound 0.5)", NO_MANAGEMENT | {"inp_bound": 0.5}),
    ProductCase("coarse converters", {"inp_res": 1 / 6, "out_res": 1 / 30}),
    ProductCase("zero vectors", zero=True),
    ProductCase("zero vectors, no management", NO_MANAGEMENT, zero=True),
]

# Small bounds are powers of two, for which the ADC's top level is not above the bound in float32: see TOP_LEVEL.
EXACT = [
    ProductCase("default converters, no noise", QUIET_IO),
    ProductCase("no converters, no noise", QUIET_IO | {"inp_res": 0.0, "out_res": 0.0}),
    ProductCase("perfect", {"is_perfect": True}),
    ProductCase("outputs clip (out_bound 1), no noise", QUIET_IO | {"out_bound": 1.0}),
    ProductCase("bound management exhausted by max_bm_res", QUIET_IO | {"out_bound": 2**-6}),
    ProductCase("bound management exhausted by max_bm_factor", QUIET_IO | {"out_bound": 2**-9, "inp_res": 0.0}),
    ProductCase(
        "bound management exhausted, inp_bound 0.5",
        QUIET_IO | {"noise_management": "NONE", "inp_bound": 0.5, "out_bound": 2**-6},
    ),
    ProductCase("inputs clip (inp_bound 0.5), no noise", QUIET_IO | NO_MANAGEMENT | {"inp_bound": 0.5}),
    ProductCase("coarse converters, no noise", QUIET_IO | {"inp_res": 1 / 6, "out_res": 1 / 30}),
    ProductCase("zero vectors, no noise", QUIET_IO, zero=True),
]


TOP_LEVEL = ProductCase("outputs clip (out_bound 0.8), no noise", QUIET_IO | {"out_bound": 0.8})
"""Here 255 float32 steps of the ADC are 1e-7 more than the bound, as they are at AIHWKIT's default of 12."""


@dataclass(frozen=True)
class ProductResult:
    """A noisy case in one direction."""

    case: ProductCase
    direction: str
    agreement: Agreement

    @property
    def failed(self) -> bool:
        """Whether the comparison counts as a failure."""
        return not self.agreement.passed


@dataclass(frozen=True)
class ExactResult:
    """A case without noise: `outputs` numbers compared, `apart` of them differ by more than float32 rounding.

    furthest: largest difference, relative to the vector's largest entry, in steps of the ADC (of 1 without one).
    """

    case: ProductCase
    direction: str
    outputs: int
    apart: int
    furthest: float

    @property
    def failed(self) -> bool:
        """Whether the comparison counts as a failure."""
        return self.apart > APART * self.outputs


def compare_product(case: ProductCase, direction: str, draws: int, seed: int) -> ProductResult:
    """The same VECTORS vectors multiplied `draws` times by both; outputs relative to their vector's largest entry."""
    vectors = _vectors(VECTORS, case, direction, seed)
    counts = [min(PER_TILE, draws - start) for start in range(0, draws, PER_TILE)]
    kit = np.concatenate([kit_products(_tile(case, seed), direction, vectors.repeat(count, 1)) for count in counts])
    ours = our_products(_tile(case, seed), direction, vectors.repeat(draws, 1), seed, case.name)
    peak = np.tile(_peak(vectors).numpy(), (draws, 1))  # (draws·VECTORS, 1)
    return ProductResult(case, direction, compare(*((y / peak).reshape(draws, -1) for y in (kit, ours))))


def compare_exact(case: ProductCase, direction: str, draws: int, seed: int) -> ExactResult:
    """`draws` different vectors, each multiplied once by both."""
    tile, vectors, io = _tile(case, seed), _vectors(draws, case, direction, seed), case.parameters()
    kit, ours = kit_products(tile, direction, vectors), our_products(tile, direction, vectors, seed)
    step = 2 * io.out_bound * io.out_res if io.out_res > 0 and not io.is_perfect else 1.0
    difference = np.abs(kit - ours) / _peak(vectors).numpy()
    apart = difference > 1e-5
    return ExactResult(case, direction, difference.size, int(apart.sum()), float(difference.max()) / step)


def _tile(case: ProductCase, seed: int) -> Any:
    """An AIHWKIT tile with weights over ±0.6, which its devices hold exactly."""
    from aihwkit.simulator.configs import SingleRPUConfig
    from aihwkit.simulator.configs.devices import ConstantStepDevice
    from aihwkit.simulator.tiles import AnalogTile

    device = ConstantStepDevice(**QUIET)
    tile = AnalogTile(
        OUTPUTS, INPUTS, SingleRPUConfig(device=device, forward=case.parameters(), backward=case.parameters())
    )
    tile.set_weights(torch.rand(OUTPUTS, INPUTS, generator=torch.Generator().manual_seed(seed)) * 1.2 - 0.6)
    return tile


def _vectors(count: int, case: ProductCase, direction: str, seed: int) -> Tensor:
    """(count, size): Gaussian, a third of the entries zero, sizes over four decades."""
    size = INPUTS if direction == "forward" else OUTPUTS
    if case.zero:
        return torch.zeros(count, size)
    generator = torch.Generator().manual_seed(seed + 1)
    x = torch.randn(count, size, generator=generator)
    x *= torch.rand(count, size, generator=generator) > 1 / 3
    x[:, 0] += 0.1
    return x * torch.logspace(-3, 1, 5).repeat(count)[:count, None]


def _peak(x: Tensor) -> Tensor:
    """(n, 1): largest entry of each vector, 1 for zero vectors."""
    peak = x.abs().amax(1, keepdim=True)
    return torch.where(peak > 0, peak, 1.0)


def kit_products(tile: Any, direction: str, x: Tensor) -> Floats:
    """x: (n, size) → (n, outputs)."""
    with torch.no_grad():
        y = tile.forward(x) if direction == "forward" else tile.backward(x)
    return np.asarray(y.double().numpy())


def our_products(tile: Any, direction: str, x: Tensor, seed: int, stream: str = "") -> Floats:
    """x: (n, size) → (n, outputs), n a multiple of REPLICAS. stream: names the random numbers."""
    forward, weights = direction == "forward", tile.get_weights()[0]
    w = (weights if forward else weights.T).expand(REPLICAS, -1, -1).contiguous()
    keys = Streams(range(seed, seed + REPLICAS), CPU, stream).keys(direction)
    periphery = periphery_of(getattr(tile.rpu_config, direction), REPLICAS)
    y = periphery.multiply(x.reshape(REPLICAS, -1, x.shape[1]), w, keys, manage_bounds=forward)
    return np.asarray(y.flatten(0, 1).double().numpy())
