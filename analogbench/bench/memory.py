"""Whether a job fits into memory: found out before it is built."""

from __future__ import annotations

import gc
from pathlib import Path

import torch
from torch import Tensor

from analogbench.bench.stepping import Walk, walk_of
from analogbench.grid.cell import Cell
from analogbench.registry import Registry

SHARE = 0.6
"""Of the memory that is free: the rest is for neighbours."""

GROWTH, DRAWING = 2.0, 32.0
"""While a job is built and trained it holds at most about twice its state and activations; and random numbers, which
are drawn as 64-bit ones, take about so many bytes for each weight."""

MEMORY_INFO, CGROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")


def free_memory(target: str) -> float | None:
    """Bytes that are free on `target`, within the limits of a container; None where nobody says."""
    if target == "cuda":
        return float(torch.cuda.mem_get_info()[0])
    known = [number for number in (_available(), _left_in_container()) if number is not None]
    return min(known) if known else None


def need_of(cell: Cell, replicas: int, target: str, registry: Registry) -> float:
    """About how many bytes the job takes, judged by one replica, which is built and thrown away.

    Raises whatever a plugin raises.
    """
    before = _storages()
    walk = walk_of(cell, 1, target, registry)
    data = [t for part in (walk.training.data.train, walk.training.data.test) if part for t in part]
    known = before.keys() | {t.untyped_storage().data_ptr() for t in data}
    state = sum(size for place, size in _storages().items() if place not in known)
    weights = sum(layer.shape[1] * layer.shape[2] for layer in walk.training.layers.rule_layers)
    return sum(t.nbytes for t in data) + replicas * (GROWTH * (state + _activations(walk)) + DRAWING * weights)


def _activations(walk: Walk) -> float:
    """Bytes that autograd keeps of a batch between the products forward and those backward."""
    sizes: list[int] = []

    def keep(tensor: Tensor) -> Tensor:
        sizes.append(tensor.nbytes)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        walk.compute_batch()
    return float(sum(sizes))


def _storages() -> dict[int, int]:
    """The bytes of the storage of every tensor there is, by its address."""
    gc.collect()
    # `isinstance` would ask every object for its class, which wakes lazy modules
    tensors = [thing for thing in gc.get_objects() if issubclass(type(thing), Tensor)]
    return {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}


def _available() -> float | None:
    try:
        lines = MEMORY_INFO.read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return 1024.0 * int(found[0]) if found else None


def _left_in_container() -> float | None:
    try:
        return float((CGROUP / "memory.max").read_text()) - float((CGROUP / "memory.current").read_text())
    except (OSError, ValueError):  # no container, or one without a limit, which is called "max"
        return None
