"""What all devices of AIHWKIT have in common."""

from __future__ import annotations

from typing import ClassVar

from analogbench.api import Compound, Device, MakeContext, Tile, TileContext
from analogbench.errors import UnavailableError
from analogbench_plugins.devices.aihwkit import kit

Shape = tuple[int, int, int]


class KitDevice(Device):
    """A device of AIHWKIT; subclasses name its class there."""

    in_default_grid = False
    most_replicas = 1
    # AIHWKIT seeds its C++ generators by the clock; only the device instances follow from the seed.
    reproducible = False

    kit_name: ClassVar[str]
    """The name of AIHWKIT's class, of `aihwkit.simulator.configs` or `aihwkit.simulator.presets`."""

    @classmethod
    def unavailable(cls) -> str:
        return kit.why_missing()

    @classmethod
    def targets(cls) -> tuple[str, ...]:
        return ("cpu", "cuda") if kit.has_cuda() else ("cpu",)

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        kit.check()
        from analogbench_plugins.devices.aihwkit import build

        return build.single_tile(build.kind_of(self.kit_name), self.params, shape, context)

    def build_compound(self, compound: Compound | None, shape: Shape, make_context: MakeContext) -> Tile | None:
        if self.params.implementation == "composed":
            return None
        kit.check()
        from analogbench_plugins.devices.aihwkit import build

        kind = build.kind_of(self.kit_name)
        if compound is not None and build.has_compound(kind, self.params, compound):
            return build.compound_tile(kind, self.params, compound, shape, make_context)
        if self.params.implementation == "native":
            raise UnavailableError(
                f"AIHWKIT has no native form of this rule on {self.name}; use implementation=composed"
            )
        return None
