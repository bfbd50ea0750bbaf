"""Plugins that do what plugins must not, each in a way of its own, as a distribution that looks installed."""

from __future__ import annotations

from pathlib import Path

SOURCE = '''
"""Training rules that break, each in another way, in the middle of training."""
import ctypes, os, signal, sys, threading, time
import torch
from analogbench.api import Algorithm, SingleTileRule, hookimpl


def naughty(name, how, method="update"):
    def act(self, state, *arguments):
        return how(*arguments)
    methods = {"update": lambda self, tile, x, d, lr: tile.update(x, d, lr), method: act}
    return type(name.title().replace("-", ""), (SingleTileRule,), {"name": f"zoo-{name}", **methods})


def raises(*_): raise ValueError("an animal\\nin two lines")
def exits(*_): os._exit(0)
def leaves(*_): sys.exit("good bye")
def interrupts(*_): raise KeyboardInterrupt
def segfaults(*_): ctypes.string_at(0)
def kills_itself(*_): os.kill(os.getpid(), signal.SIGABRT)
def hangs(*_): threading.Event().wait()
def spins(*_): ctypes.PyDLL(None).pause()  # holds the lock of the interpreter
def prints(x, d, lr):
    os.write(1, os.urandom(1 << 20))
    os.write(2, b"\\xff\\x00\\x1b[2J" * 1000)
    raise RuntimeError("\\x1b[31mred")
def eats(*_):
    hoard = []
    while True:
        hoard.append(bytearray(os.urandom(1 << 20) * 32))
        time.sleep(0.01)
def forks(*_):
    if os.fork() == 0:
        time.sleep(600)
    os._exit(7)
def wrong_shape(x): return torch.zeros(1, 2, 3)
def wrong_kind(x): return torch.zeros(x.shape[0], x.shape[1], 1, dtype=torch.complex64)
def no_tensor(x): return "a text"
def recurses(*a): return recurses(*a)

ANIMALS = {
    "raises": (raises, "update"), "raises-forward": (raises, "forward"),
    "raises-build": (raises, "build"), "raises-weights": (raises, "weights"),
    "exits": (exits, "update"), "leaves": (leaves, "update"), "interrupts": (interrupts, "update"),
    "segfaults": (segfaults, "update"), "aborts": (kills_itself, "update"), "hangs": (hangs, "update"),
    "spins": (spins, "update"), "prints": (prints, "update"), "eats": (eats, "update"), "forks": (forks, "update"),
    "wrong-shape": (wrong_shape, "forward"), "wrong-kind": (wrong_kind, "forward"),
    "no-tensor": (no_tensor, "forward"), "recurses": (recurses, "update"),
}


class BadSeed(SingleTileRule):
    """Analog SGD but for one replica, whose presence kills the process in which the whole stack is trained."""

    name = "zoo-bad-seed"

    def build(self, make_tile):
        tile = make_tile("weight")
        if 1 in tile.streams.seeds:
            os.kill(os.getpid(), signal.SIGSEGV)
        return tile

    def update(self, state, x, d, lr): state.update(x, d, lr)


@hookimpl
def analogbench_algorithms():
    return [*(naughty(name, how, method) for name, (how, method) in ANIMALS.items()), BadSeed]
'''

ENDS = dict.fromkeys(
    (
        *("raises", "raises-forward", "raises-build", "raises-weights", "leaves", "interrupts"),
        *("prints", "wrong-shape", "wrong-kind", "no-tensor", "recurses"),
    ),
    "plugin-error",
)
ENDS |= dict.fromkeys(("exits", "segfaults", "aborts", "forks"), "crashed")
ENDS |= {"hangs": "timeout", "spins": "timeout", "eats": "oom"}
"""The rules of whom no cell can end well, and how all of them must end."""


def install(folder: Path) -> Path:
    """Write the distribution into `folder`, which is then to be on PYTHONPATH."""
    info = folder / "zoo-1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zoo\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[analogbench]\nzoo = zoo_rules\n")
    (folder / "zoo_rules.py").write_text(SOURCE.lstrip())
    return folder
