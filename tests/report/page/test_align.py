from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analogbench.report.page.align import MOST, aligned

texts = st.lists(
    st.sampled_from(["–", "94.33 ± 0.25", "93.4 ± 1.6 †", "5", "diverged 2/3", "0.1234", "1.0e-3", "-7.5"])
)


@given(texts)
def test_nothing_of_a_text_changes(column: list[str]) -> None:
    assert [str(text) for text in aligned(column)] == column


def test_points_stand_below_each_other() -> None:
    column = ["94.33 ± 0.25", "93.4 ± 1.6", "9 ± 12 †", "50.123 ± 0.001", "diverged 1/3"]
    assert [text.parts for text in aligned(column)] == [
        (("94.33", 2), (" ± 0.25", 2)),
        (("93.4", 4), (" ± 1.6", 4)),
        (("9", 7), (" ± 12", 5), (" †", 0)),  # three digits and a point less; one digit more and a point less
        (("50.123", 0), (" ± 0.001", 0)),
        (("diverged 1/3", 0),),
    ]


def test_powers_of_ten_are_left_alone() -> None:
    assert [text.parts for text in aligned(["6.5e-5 ± 0.6e-5", "12.25e-4"])] == [
        (("6.5e-5", 0), (" ± 0.6e-5", 0)),
        (("12.25e-4", 0),),
    ]


@given(texts)
def test_no_more_room_than_the_style_has(column: list[str]) -> None:
    assert all(room <= MOST for text in aligned(column) for _, room in text.parts)
