import torch

from analogbench.api.streams import Streams
from analogbench.engine.batches import TrainingBatches, evaluation_batches, steps_per_epoch

CPU = torch.device("cpu")
DATA = (torch.arange(23.0)[:, None], torch.arange(23))


def test_every_replica_sees_every_sample_once_an_epoch_in_its_own_order() -> None:
    walk = TrainingBatches(DATA, 5, Streams([0, 1], CPU))
    assert (walk.full, walk.rest) == (4, 3)
    epochs = []
    for _ in range(2):
        walk.shuffle()
        batches = [walk.take(size) for size in (5, 5, 5, 5, 3)]
        assert [targets.shape[1] for _, targets in batches] == [5, 5, 5, 5, 3]
        assert len(batches) == steps_per_epoch(DATA, 5)
        targets = torch.cat([targets for _, targets in batches], dim=1)
        assert torch.equal(torch.cat([inputs for inputs, _ in batches], dim=1)[..., 0].long(), targets)
        assert torch.equal(targets.sort(dim=1).values, torch.arange(23).expand(2, -1))
        epochs.append(targets)
    orders = [tuple(row.tolist()) for epoch in epochs for row in epoch]
    assert len(set(orders)) == 4


def test_a_batch_as_large_as_the_set_is_the_set() -> None:
    walk = TrainingBatches(DATA, 100, Streams([0, 1, 2], CPU))
    assert (walk.full, walk.rest, walk.size) == (1, 0, 23)
    walk.shuffle()
    inputs, targets = walk.take(23)
    assert inputs.shape == (3, 23, 1)
    assert torch.equal(targets, torch.arange(23).expand(3, -1))


def test_evaluation_keeps_the_order() -> None:
    targets = torch.cat([targets for _, targets in evaluation_batches(DATA, 10, 2)], dim=1)
    assert torch.equal(targets, torch.arange(23).expand(2, -1))
