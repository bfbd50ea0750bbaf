import torch
from analogbench_plugins.algorithms.tiki_taka import TikiTaka

from analogbench.api import MakeTile, Tile


class Memory(Tile):
    """An exact tile that remembers its updates, so that a rule can be followed step by step."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.shape, self.w = shape, torch.zeros(shape)
        self.pulses = torch.zeros(shape[0], dtype=torch.float64)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.w.mT

    def backward(self, d: torch.Tensor) -> torch.Tensor:
        return d @ self.w

    def update(self, x: torch.Tensor, d: torch.Tensor, lr: torch.Tensor | float) -> None:
        self.w = self.w - lr * (d.mT @ x)

    def read(self) -> torch.Tensor:
        raise NotImplementedError

    program = read  # type: ignore[assignment]


def tiles(shape: tuple[int, int, int]) -> tuple[dict[str, Memory], MakeTile]:
    made: dict[str, Memory] = {}

    def make(name: str) -> Tile:
        made[name] = Memory(shape)
        return made[name]

    return made, make


def test_tiki_taka_transfers_one_column_after_the_other() -> None:
    rule = TikiTaka(TikiTaka.Params(fast_lr=0.5, transfer_lr=2.0, transfer_every=2, n_reads=2))
    made, make = tiles((1, 3, 5))
    state = rule.build(make)
    generator = torch.Generator().manual_seed(0)
    fast, slow, lr = torch.zeros(1, 3, 5), torch.zeros(1, 3, 5), torch.full((1, 1, 1), 0.1)
    for batch in range(7):
        x, d = torch.randn(1, 4, 5, generator=generator), torch.randn(1, 4, 3, generator=generator)
        rule.update(state, x, d, lr)
        fast = fast - 0.5 * d.mT @ x
        if batch % 2:
            columns = [(batch // 2 * 2 + i) % 5 for i in range(2)]
            slow[:, :, columns] += 2.0 * 0.1 * fast[:, :, columns]
        torch.testing.assert_close(made["fast"].w, fast)
        torch.testing.assert_close(made["weight"].w, slow)


def test_gamma_mixes_the_fast_array_into_the_layer() -> None:
    made, make = tiles((1, 3, 5))
    rule = TikiTaka(TikiTaka.Params(gamma=0.5))
    state = rule.build(make)
    made["weight"].w, made["fast"].w = torch.randn(1, 3, 5), torch.randn(1, 3, 5)
    effective = made["weight"].w + 0.5 * made["fast"].w
    x, d = torch.randn(1, 2, 5), torch.randn(1, 2, 3)
    torch.testing.assert_close(rule.forward(state, x), x @ effective.mT)
    torch.testing.assert_close(rule.backward(state, d), d @ effective)
