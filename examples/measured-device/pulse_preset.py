"""Pulse a simulated device up and down and write what would be read, as `analogbench device fit` takes it.

    python pulse_preset.py aihwkit-reram-sb reram.csv --devices 10

AIHWKIT's presets are fits to measured arrays, so this is as near to measured pulses as can be had without a laboratory.
It is no measurement: conductances are made up, 10 µS at the weight −1 and 50 µS at 1.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import torch

from analogbench.api import Tile, TileContext
from analogbench.api.streams import Streams
from analogbench.grid.selection import select
from analogbench.registry import load

ONE_PULSE = {"desired_bl": 1, "update_management": False, "update_bl_management": False}
LOW, HIGH = 10.0, 50.0
"""Conductances of the weights −1 and 1, in µS."""


def main() -> None:
    """Parse, pulse, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("device", help="a device of `analogbench list`, with parameters: softbounds[dw_min=0.01]")
    parser.add_argument("out", type=Path)
    parser.add_argument("--devices", type=int, default=8)
    parser.add_argument("--pulses", type=int, default=200, help="in one direction, before the other one's turn")
    parser.add_argument("--cycles", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, help="read after so many pulses")
    parser.add_argument("--read-noise", type=float, default=0.005, help="standard deviation, as a weight")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    tile, streams = build(args.device, args.devices, args.seed)
    with args.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("device", "pulse", "direction", "conductance_uS"))
        for number, direction, weights in reads(tile, args.pulses, args.cycles):
            if number % args.every:
                continue
            noisy = weights + args.read_noise * streams.normal("read", 1, args.devices)[0]
            conductances = LOW + 0.5 * (noisy[0] + 1.0) * (HIGH - LOW)
            writer.writerows((i, number, direction, f"{g:.6g}") for i, g in enumerate(conductances.tolist()))


def build(selection: str, devices: int, seed: int) -> tuple[Tile, Streams]:
    """So many crosspoints of a device, which get one pulse in each update."""
    registry = load()
    (part,) = select(registry, "device", [selection])
    kind = registry.device(part.name).value
    streams = Streams([seed], torch.device("cpu"))
    params = kind.Params.model_validate(part.params | {k: v for k, v in ONE_PULSE.items() if k in part.params})
    return kind(params).build_tile((1, 1, devices), TileContext(streams.child("tile"), torch.device("cpu"))), streams


def reads(tile: Tile, pulses: int, cycles: int) -> Iterator[tuple[int, str, torch.Tensor]]:
    """Number and direction of each pulse, and the weights after it, (1, 1, devices); the first are those before any."""
    x, d = torch.ones(1, 1, tile.shape[2]), torch.ones(1, 1, 1)
    number = 0
    yield number, "", tile.read()[0]
    for _ in range(cycles):
        for direction, sign in (("up", -1.0), ("down", 1.0)):
            for _ in range(pulses):
                number += 1
                tile.update(x, sign * d, 1.0)
                yield number, direction, tile.read()[0]


if __name__ == "__main__":
    main()
