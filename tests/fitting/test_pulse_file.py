"""Files of pulses: what is understood, and that every mistake is one line with its place."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analogbench.errors import UsageError
from analogbench.fitting.pulse_file import parse_pulses, read_pulses

HEADER = "device,pulse,direction,conductance_uS"


def rows(device: str = "a", start: float = 10.0, count: int = 10) -> list[str]:
    """A device that is pulsed up `count` times and down as often."""
    lines = [f"{device},0,,{start}"]
    for i in range(1, 2 * count + 1):
        lines.append(f"{device},{i},{'up' if i <= count else 'down'},{start + min(i, 2 * count - i) / 10:.2f}")
    return lines


def text(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def test_a_file_is_read_device_by_device() -> None:
    found = parse_pulses(text(*rows("a"), *rows("b", 20.0)), "x.csv")
    assert list(found.devices) == ["a", "b"]
    (trace,) = found.devices["b"]
    assert trace.pulses.tolist() == [0] + [1] * 10 + [-1] * 10
    assert trace.conductance[:3].tolist() == [20.0, 20.1, 20.2]
    assert (found.unit, found.pulses(1), found.pulses(-1), found.steps) == ("uS", 20, 20, 40)


def test_rows_of_devices_may_alternate() -> None:
    mixed = [line for pair in zip(rows("a"), rows("b"), strict=True) for line in pair]
    assert [len(traces) for traces in parse_pulses(text(*mixed), "x").devices.values()] == [1, 1]


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("conductance", ""),
        ("Conductance [µS]", "µS"),
        ("conductance (nS)", "nS"),
        ("G_mS", "mS"),
        ("conductance_uS", "uS"),
    ],
)
def test_the_header_carries_the_unit(header: str, unit: str) -> None:
    assert parse_pulses(text(*rows(), header=f"device,pulse,phase,{header}"), "x").unit == unit


def test_missing_reads_and_skipped_pulses_and_cycles() -> None:
    lines = rows(count=13)
    lines[3] = "a,3,up,"
    del lines[5]  # pulse 5 was not read either: the next row stands for two
    found = parse_pulses(text(*lines), "x")
    (trace,) = found.devices["a"]
    assert found.unread == 1
    assert np.isnan(trace.conductance[3])
    assert trace.pulses[5] == 2
    cycled = [f"{line},{int(i > 11)}" for i, line in enumerate(rows(count=11))]
    first, second = parse_pulses(text(*cycled, header=f"{HEADER},cycle"), "x").devices["a"]
    assert (len(first.pulses), len(second.pulses)) == (12, 11)


def test_a_byte_order_mark_quotes_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text(*rows()).replace("up", '"UP"').replace("\n", "\r\n\r\n").encode())
    assert len(read_pulses(path)[0].reads) == 21


def changed(number: int, line: str) -> str:
    lines = rows()
    lines[number] = line
    return text(*lines)


MISTAKES = {
    "row 6, column conductance: '1.o' is no number": changed(4, "a,4,up,1.o"),
    "row 6, column conductance: 'inf' is not finite": changed(4, "a,4,up,inf"),
    "row 6, column direction: 'upp' is neither up (or +1) nor down (or -1)": changed(4, "a,4,upp,1"),
    "row 6, column direction: only the first row of a device or cycle can be without one": changed(4, "a,4,,1"),
    "row 6, column pulse: '4.5' is no whole number": changed(4, "a,4.5,up,1"),
    "row 6, column pulse: empty": changed(4, "a,,up,1"),
    "row 6, column pulse: pulse 3 of device a comes twice": changed(4, "a,3,up,1"),
    "row 6, column pulse: pulse 2 of device a does not follow on 3": changed(4, "a,2,up,1"),
    "row 6, column pulse: 9999996 pulses since the row before are too many": changed(4, "a,9999999,up,1"),
    "row 6: only 3 columns, no conductance": changed(4, "a,4,up"),
    "row 1: no column 'conductance'; is it 'conductanse'? (there are: ": text(
        *rows(), header="device,pulse,direction,conductanse"
    ),
    "row 1: no column 'direction' (there are: device, pulse, b, conductance)": text(
        header="device,pulse,b,conductance"
    ),
    "row 1: columns must be separated by commas": text(header="pulse;direction;conductance"),
    "row 1, column 4: a second column 'pulse'": text(header="pulse,direction,conductance,pulse"),
    "from row 2: device a has no reads after pulses down; 10 are needed": text(*rows()[:11]),
    "from row 2: device a has 9 reads after pulses down; 10 are needed": text(*rows()[:20]),
    "from row 2: the conductance of device a never changes": text(*(line.rpartition(",")[0] + ",5" for line in rows())),
    "row 6, column conductance: '1e101' is too large": changed(4, "a,4,up,1e101"),
    "from row 2: the conductance of device a falls when it is pulsed up and rises when it is pulsed down; the": text(
        *(line.replace("down", "UP").replace("up", "down") for line in rows())
    ),
    ": no rows after the header": text(),
    ": empty": "",
}


@pytest.mark.parametrize("message", MISTAKES)
def test_a_mistake_has_its_place(message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_pulses(MISTAKES[message], "p.csv")
    assert str(caught.value).startswith(f"p.csv{'' if message.startswith(':') else ', '}{message}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"\n\xb5\n")
    for name, problem in (("gone.csv", "No such file"), ("latin.csv", "row 2: not UTF-8"), (".", "Is a directory")):
        with pytest.raises(UsageError, match=problem):
            read_pulses(tmp_path / name)


CELL = st.one_of(
    st.sampled_from(
        ["", "a", "up", "down", "1", "-1", "nan", "inf", "1e400", "0", '"', "\x00", "5.5", "+1", "9" * 30, "−1"]
    ),
    st.text(max_size=5),
    st.integers().map(str),
    st.floats().map(str),
)


@settings(max_examples=300, deadline=None)
@given(table=st.lists(st.lists(CELL, max_size=5).map(",".join), max_size=30), known=st.booleans(), good=st.booleans())
def test_anything_is_read_or_refused_in_a_sentence(table: list[str], known: bool, good: bool) -> None:
    lines = [*([HEADER] if known else []), *(rows() if good else []), *table]
    try:
        found = parse_pulses("\n".join(lines), "p.csv")
    except UsageError as error:
        assert str(error).startswith("p.csv")
    else:
        assert np.isfinite(found.reads).all()
