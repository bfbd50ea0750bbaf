"""What a plugin builds on. Importing this package does not import torch (`analogbench.api.streams` does)."""

from analogbench.api.algorithm import Algorithm, MakeTile, RuleParams, SingleTileRule
from analogbench.api.compound import Compound, MakeContext
from analogbench.api.device import Device, TileContext
from analogbench.api.marker import API_VERSION, PROJECT, hookimpl
from analogbench.api.observer import Evaluation, ObservedCell, Observer
from analogbench.api.params import Params, param, stack, stackable_names
from analogbench.api.task import BUDGETS, Budget, Data, Layers, Metric, Protocol, Task
from analogbench.api.tile import Tile

__all__ = [
    "API_VERSION",
    "BUDGETS",
    "PROJECT",
    "Algorithm",
    "Budget",
    "Compound",
    "Data",
    "Device",
    "Evaluation",
    "Layers",
    "MakeContext",
    "MakeTile",
    "Metric",
    "ObservedCell",
    "Observer",
    "Params",
    "Protocol",
    "RuleParams",
    "SingleTileRule",
    "Task",
    "Tile",
    "TileContext",
    "hookimpl",
    "param",
    "stack",
    "stackable_names",
]
