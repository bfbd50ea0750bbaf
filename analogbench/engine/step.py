"""One training step of all replicas, in tensors only: it asks the device for nothing."""

from __future__ import annotations

import torch
from torch import Tensor

from analogbench.engine.training import Training


def descend(training: Training, inputs: Tensor, targets: Tensor, lr: Tensor) -> Tensor:
    """Every replica learns from its mini-batch. inputs, targets: (R, B, ...), lr: (R, 1, 1) → losses before, (R,)."""
    layers, parameters = training.layers.rule_layers, training.parameters
    losses = training.task.loss(training.model(inputs), targets)  # (R,)
    # The gradient of a sum over replicas is each replica's own gradient. Asking for that of the anchors makes autograd
    # visit every rule layer, also in a model without digital parameters.
    wanted = [*parameters, *(layer.anchor for layer in layers)]
    gradients = torch.autograd.grad(losses.sum(), wanted, allow_unused=True)
    for layer in layers:
        layer.learn(lr)
    for parameter, scale, gradient in zip(parameters, training.lr_scales, gradients, strict=False):
        if gradient is not None:
            rate = lr if scale == 1.0 else lr * scale
            parameter.data.addcmul_(rate.reshape(-1, *[1] * (gradient.ndim - 1)), gradient, value=-1.0)
    training.layers.elapse()
    return losses.detach()
