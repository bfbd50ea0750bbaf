"""The rules that plugins keep, as suites of tests: inherit one in your tests, name your class, and pytest runs them.

Stands on the engine, since some rules only show in training; so a plugin imports it in its tests alone. pytest itself
is not needed: `analogbench check` runs the same rules. Importing this package does not import torch.
"""

from analogbench.testing.algorithm import AlgorithmContract
from analogbench.testing.device import DeviceContract
from analogbench.testing.rules import Broken, Contract, NotApplicable, rule
from analogbench.testing.task import TaskContract

__all__ = ["AlgorithmContract", "Broken", "Contract", "DeviceContract", "NotApplicable", "TaskContract", "rule"]
