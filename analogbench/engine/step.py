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
    gradients = torch.autograd.grad(losses, wanted, grad_outputs=training.ones, allow_unused=True)
    for layer in layers:
        layer.learn(lr)
    _step_digital(training, lr, gradients[: len(parameters)])
    training.layers.elapse()
    return losses.detach()


def _step_digital(training: Training, lr: Tensor, gradients: tuple[Tensor | None, ...]) -> None:
    """SGD on the digital parameters, in one call for all: they are many and small."""
    parameters, rates, known = [], [], []
    for parameter, scale, gradient in zip(training.parameters, training.lr_scales, gradients, strict=True):
        if gradient is not None:
            rate = lr if scale == 1.0 else lr * scale
            parameters.append(parameter.data)
            rates.append(rate if gradient.ndim == rate.ndim else rate.reshape(-1, *[1] * (gradient.ndim - 1)))
            known.append(gradient)
    if parameters:
        torch._foreach_addcmul_(parameters, rates, known, value=-1.0)
