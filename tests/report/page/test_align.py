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
    def behind_point(text: str) -> int:
        number = text.strip(" ±†")
        return len(number) - number.index(".") if "." in number else 0

    column = ["94.33 ± 0.25", "93.4 ± 1.6", "9 ± 12", "50.123 ± 0.001", "diverged 1/3"]
    found = aligned(column)
    for i in range(2):
        rooms = [(text.parts[i], behind_point(text.parts[i][0])) for text in found[:4]]
        assert len({room + length for (_, room), length in rooms}) == 1
    assert found[4].parts == (("diverged 1/3", 0),)


@given(texts)
def test_no_more_room_than_the_style_has(column: list[str]) -> None:
    assert all(room <= MOST for text in aligned(column) for _, room in text.parts)
