"""Times as users write and read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analogbench.errors import UsageError
from analogbench.run.duration import duration_text, parse_duration, parse_positive


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90.0),
        ("90s", 90.0),
        (" 10 m ", 600.0),
        ("10min", 600.0),
        ("1.5H", 5400.0),
        ("2d", 172800.0),
        ("250ms", 0.25),
        ("0", 0.0),
    ],
)
def test_times(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1s", "1e3", "inf", "nan", "1h30m", "10 weeks", "٣s", "9" * 400, "m10"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError, match="such as 10m"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0", "0.0h", "0 ms"])
def test_a_limit_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no job ends within"):
        parse_positive(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "0.5 s"), (90, "90 s"), (600, "10 min"), (7200, "2 h"), (172800, "2 d")],
)
def test_in_the_largest_unit(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@given(st.integers(1, 9999))
def test_what_is_written_can_be_read(seconds: int) -> None:
    assert parse_duration(duration_text(seconds)) == seconds
