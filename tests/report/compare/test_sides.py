import pytest

from analogbench.errors import UnknownNameError, UsageError
from analogbench.records.record import Labels
from analogbench.report.compare.sides import Side, side

LABELS = [
    Labels(algorithm=algorithm, device=device, task="t")
    for algorithm, device in (
        ("sgd", "digital"),
        ("tiki-taka", "pulsed[tau=1.0]"),
        ("tiki-taka[beta=2,fast_lr=0.1]", "pulsed[tau=1.0]"),
        ("residual[gamma=0.5]", "ideal"),
    )
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tiki-taka", Side("tiki-taka")),  # exactly that label, although another one has the name
        ("tiki-taka[fast_lr=0.10, beta=2.0]", Side("tiki-taka[beta=2,fast_lr=0.1]")),
        ("residual", Side("residual[gamma=0.5]")),
        ("sgd@digital", Side("sgd", "digital")),
        ("sgd × digital", Side("sgd", "digital")),
        ("tiki-taka@pulsed", Side("tiki-taka", "pulsed[tau=1.0]")),
    ],
)
def test_as_on_the_leaderboard(text: str, expected: Side) -> None:
    assert side(text, LABELS) == expected
    assert side(str(expected), LABELS) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tikitaka", "unknown algorithm 'tikitaka'; did you mean 'tiki-taka'?"),
        ("residul", "did you mean 'residual[gamma=0.5]'?"),
        ("tiki-taka[beta=3]", "did you mean 'tiki-taka"),
        ("sgd@digtal", "unknown device 'digtal'; did you mean 'digital'?"),
        ("sgd@ideal", "unknown device 'ideal'; choose from: digital"),  # nobody ran it there
    ],
)
def test_what_is_not_recorded(text: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        side(text, LABELS)
    assert message in str(caught.value)


def test_a_name_of_several_labels() -> None:
    labels = [Labels(algorithm=f"tt[beta={beta}]", device="d", task="t") for beta in (10, 2)]
    with pytest.raises(UsageError, match=r"several parameters: choose from tt\[beta=2\], tt\[beta=10\]"):
        side("tt", labels)
