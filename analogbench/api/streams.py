"""Random numbers that depend only on (seed, stream name, position), never on who else is in the job.

Every draw is a hash of a key and a counter (SplitMix64: Steele, Lea, Flood, OOPSLA 2014), so the state of a stream
is one integer, a replica draws the same numbers alone or stacked with others, and CPU and GPU draw the same bits.
"""

from __future__ import annotations

import hashlib
import math
import weakref
from collections.abc import Iterator, Mapping, MutableMapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SPLITMIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""SplitMix64's increment and its two multipliers."""

GOLDEN, MIX_1, MIX_2 = (number - 2**64 for number in SPLITMIX)
"""The same bits as signed integers, for torch's int64."""


BLOCK = 128
"""Draws of a stream whose keys are made together: to make one alone takes as long as a layer's arithmetic."""


class Streams:
    """The named streams of R replicas on one torch device.

    Each call of `normal`, `uniform` or `keys` takes the next draw of the stream `name`. `position` holds how many draws
    each stream has given: it is all that a checkpoint has to keep, of these streams and of their family, all that were
    made by `child` of one another.
    """

    def __init__(
        self, seeds: Sequence[int], device: torch.device, prefix: str = "", *, on_device: bool | None = None
    ) -> None:
        """on_device: make keys by torch operations on `device` and count the draws there, so that a replayed CUDA graph
        draws on; by default everywhere but on the CPU. The numbers are the same."""
        self.seeds, self.device, self.prefix = tuple(seeds), device, prefix
        self._family = [weakref.ref(self)]
        self.on_device = device.type != "cpu" if on_device is None else on_device
        self._counters = DevicePositions(device)
        self.position: MutableMapping[str, int] = self._counters if self.on_device else {}
        self._base: dict[str, NDArray[np.uint64]] = {}
        self._blocks: dict[str, tuple[int, tuple[Tensor, ...]]] = {}
        self._device_base: dict[str, Tensor] = {}

    def child(self, name: str) -> Streams:
        """An independent set of streams under the given name."""
        child = Streams(self.seeds, self.device, f"{self.prefix}{name}/", on_device=self.on_device)
        self._family.append(weakref.ref(child))
        child._family = self._family
        return child

    def positions(self) -> list[tuple[str, dict[str, int]]]:
        """Prefix and positions of every set of streams of the family that is in use, in the order they were made."""
        return [(each.prefix, dict(each.position)) for each in self._members()]

    def set_positions(self, positions: Sequence[tuple[str, Mapping[str, int]]]) -> None:
        """Go on where a family that was made in the same way was. Raises ValueError if it was another one."""
        members = self._members()
        if [each.prefix for each in members] != [prefix for prefix, _ in positions]:
            raise ValueError("the random streams are not those that were saved")
        for each, (_, own) in zip(members, positions, strict=True):
            each.position.update(own)

    def _members(self) -> list[Streams]:
        return [each for reference in self._family if (each := reference()) is not None]

    def keys(self, name: str) -> Tensor:
        """(R,) int64: a fresh 64-bit key per replica, for kernels that draw many numbers from it themselves."""
        if name not in self._base:
            numbers = [_hash(f"{seed}:{self.prefix}{name}") for seed in self.seeds]
            self._base[name] = np.array(numbers, dtype=np.uint64)
        return self._device_keys(name) if self.on_device else self._host_keys(name)

    def _host_keys(self, name: str) -> Tensor:
        position = self.position.get(name, 0)
        self.position[name] = position + 1
        number, row = divmod(position, BLOCK)
        block = self._blocks.get(name)
        if block is None or block[0] != number:
            block = self._blocks[name] = number, self._block(name, number)
        return block[1][row]

    def _block(self, name: str, number: int) -> tuple[Tensor, ...]:
        """The keys of draws BLOCK·number and following, (R,) each: many at once cost hardly more than one."""
        draws = np.arange(BLOCK * number, BLOCK * (number + 1), dtype=np.uint64)[:, None]
        z = self._base[name] + draws * np.uint64(SPLITMIX[0])
        z = (z ^ (z >> np.uint64(30))) * np.uint64(SPLITMIX[1])
        z = (z ^ (z >> np.uint64(27))) * np.uint64(SPLITMIX[2])
        return torch.from_numpy((z ^ (z >> np.uint64(31))).view(np.int64)).to(self.device).unbind()

    def _device_keys(self, name: str) -> Tensor:
        # Neither reads nor copies anything after the stream's first draw.
        if name not in self._device_base:
            self._device_base[name] = torch.tensor(self._base[name].view(np.int64).tolist(), device=self.device)
        counter = self._counters.counter(name)
        keys = mix(self._device_base[name] + counter * GOLDEN)
        counter += 1
        return keys

    def normal(self, name: str, *shape: int) -> Tensor:
        """(R, *shape) float32, standard normal."""
        return normal(self.keys(name), *shape)

    def uniform(self, name: str, *shape: int) -> Tensor:
        """(R, *shape) float32, uniform in [0, 1)."""
        return uniform(self.keys(name), *shape)


class DevicePositions(MutableMapping[str, int]):
    """How many draws each stream has given, counted on a device. To read a number waits for the device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._counters: dict[str, Tensor] = {}

    def counter(self, name: str) -> Tensor:
        """() int64: the tensor that counts; always the same one, since CUDA graphs keep its address."""
        if name not in self._counters:
            self._counters[name] = torch.zeros((), dtype=torch.int64, device=self._device)
        return self._counters[name]

    def __getitem__(self, name: str) -> int:
        return int(self._counters[name])

    def __setitem__(self, name: str, position: int) -> None:
        self.counter(name).fill_(position)

    def __delitem__(self, name: str) -> None:
        del self._counters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counters)

    def __len__(self) -> int:
        return len(self._counters)


def mix(z: Tensor) -> Tensor:
    """SplitMix64's output function on int64 tensors (unsigned arithmetic modulo 2^64 in two's complement)."""
    z = (z ^ _shift(z, 30)) * MIX_1
    z = (z ^ _shift(z, 27)) * MIX_2
    return z ^ _shift(z, 31)


def uniform(keys: Tensor, *shape: int) -> Tensor:
    """Uniform numbers in [0, 1) with 24 bits. keys: (R,) int64 → (R, *shape) float32."""
    bits = _shift(_bits(keys, math.prod(shape)), 40)
    return (bits.to(torch.float32) * 2.0**-24).reshape(-1, *shape)


def normal(keys: Tensor, *shape: int) -> Tensor:
    """Standard normal numbers, a Box-Muller pair from each 64-bit hash. keys: (R,) int64 → (R, *shape) float32."""
    count = math.prod(shape)
    bits = _bits(keys, (count + 1) // 2)
    radius = torch.sqrt(-2.0 * torch.log((_shift(bits, 40).to(torch.float32) + 1.0) * 2.0**-24))
    angle = (bits & 0xFFFFFF).to(torch.float32) * (2.0**-24 * 2.0 * math.pi)
    pairs = torch.stack((radius * torch.cos(angle), radius * torch.sin(angle)), dim=-1)  # (R, ⌈count/2⌉, 2)
    return pairs.flatten(1)[:, :count].reshape(-1, *shape)


def _bits(keys: Tensor, count: int) -> Tensor:
    """(R, count) int64 random bits: number i of a key is mix(key + (i+1)·GOLDEN)."""
    counter = torch.arange(1, count + 1, dtype=torch.int64, device=keys.device) * GOLDEN
    return mix(keys[:, None] + counter)


def _shift(z: Tensor, bits: int) -> Tensor:
    """Logical right shift; torch shifts int64 arithmetically, so the copied sign bits are masked off."""
    return (z >> bits) & ((1 << (64 - bits)) - 1)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
