"""The families that are fitted are the curves of the devices of their names."""

import numpy as np
import pytest
import torch

from analogbench.fitting.families import Family, families
from analogbench.registry import load


@pytest.mark.parametrize("family", families(), ids=lambda family: family.title)
@pytest.mark.parametrize("steps", [(0.02, 0.03), (0.03, 0.02)], ids=["slower up", "slower down"])
def test_a_family_is_the_curve_of_its_device(family: Family, steps: tuple[float, float]) -> None:
    shape = np.array(family.start) + np.random.default_rng(0).uniform(-0.15, 0.15, len(family.start))
    given, *factors = family.parameters(shape)
    up, down = (step * factor for step, factor in zip(steps, factors, strict=True))
    larger = max(up, down)
    texts = {key: " ".join(map(str, value)) for key, value in given.items() if isinstance(value, list)}
    kind = load().device(family.device).value
    up_down = up / larger - 1.0 if up < down else 1.0 - down / larger
    device = kind(kind.Params(**{**given, **texts, "tau": 1.0, "dw_min": larger, "up_down": up_down}))

    fitted = np.array(family.curves(np.array([*np.log(steps), 1.0, -1.0]), shape))
    responses = device.responses(torch.linspace(-1.0, 1.0, family.points, dtype=torch.float64))
    simulated = torch.stack(responses).clamp(min=0.0).numpy()
    ratio = fitted.max() / simulated.max()  # the step with which the device plans its trains
    np.testing.assert_allclose(fitted, ratio * simulated, rtol=1e-5, atol=1e-9)
    assert not np.allclose(fitted[0], fitted[1])
