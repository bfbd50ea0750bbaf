"""The parts of a suite's presentation: lines, axes and figures, and the numbers that were published."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from analogbench.grid.cell import Value

if TYPE_CHECKING:
    from analogbench.grid.toml_lines import KeyPath

_KEY = re.compile(r"(algorithm|device|task)(\.[A-Za-z_][A-Za-z0-9_]*)?")


class MisplacedError(ValueError):
    """A problem with what is at `path` below the model that raises this."""

    def __init__(self, path: KeyPath, message: str) -> None:
        super().__init__(message)
        self.path = path


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError(f"{text!r} should be a parameter such as 'device.tau'; or 'algorithm', 'device' or 'task'")
    return text


Key = Annotated[str, AfterValidator(_key)]
"""What tells cells apart: a parameter such as "device.tau", or "task" for the task's name."""


def _text(text: str) -> str:
    for sign in text:
        if unicodedata.category(sign) == "Cc" and sign not in "\n\t":
            raise ValueError(f"the control character {sign!r} must not be in it")
    return text


def _sentence(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _factor(number: float) -> float:
    if not number:
        raise ValueError("must not be 0: nothing would be left of the numbers")
    return number


Text = Annotated[str, AfterValidator(_text)]
"""What is shown as it stands: without control characters, but for tabs and ends of lines."""

Sentence = Annotated[Text, AfterValidator(_sentence)]

Factor = Annotated[float, AfterValidator(_factor)]
"""What numbers are multiplied by."""


class Model(BaseModel):
    """Settings; what is not a field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Series(Model):
    """Cells that belong together in figures and tables, under one label: all that match the globs and `where`.

    label: as in the legend, such as "Analog SGD". algorithm, device, task: globs on the names. where: values of
    parameters, such as {"device.implementation" = "native"}; of a list, any one.
    """

    label: Text = Field(min_length=1)
    algorithm: str = "*"
    device: str = "*"
    task: str = "*"
    where: dict[Key, Value | tuple[Value, ...]] = {}


class By(Model):
    """Parameters that tell curves or panels apart, such as "device.tau", or "task" for the task's name.

    keys: cells which lack a parameter (digital SGD has no τ) belong to every value. label: of an entry in the legend or
    a panel's title, with {} for the value, such as "τ = {}". labels: how each key's value is written, such as
    {"task.sgd_steps" = "after {} SGD steps"}; it replaces the {} of `label`. Of several keys, only those are written
    whose value is not the usual one of the figure: that of most combinations, of equally frequent ones 0, false or
    none, else the first. If all are usual, the first key is written.
    """

    keys: tuple[Key, ...] = Field(min_length=1)
    label: Text = "{}"
    labels: dict[str, Text] = {}

    @model_validator(mode="after")
    def _labels_of_keys(self) -> Self:
        for key in self.labels:
            if key not in self.keys:
                raise MisplacedError(("labels", key), f"{key!r} is not among the keys: {', '.join(self.keys)}")
        return self


class Axis(Model):
    """label: what stands at the axis. limits: of the axis, in its own units."""

    label: Text = ""
    log: bool = False
    limits: tuple[float, float] | None = None


class Figure(Model):
    """One figure of a suite.

    kind: `curves` over steps or epochs; `sweep` of the final value over a parameter; `bars`; `histogram` of the trained
    weights. name: part of the file name. title: its caption. value: a column of the curve, or a metric. scale:
    multiplies it, such as 100 for percent. over: for curves "step" or "epoch", for a sweep or bars a key such as
    "task.lr" or "task". series: labels of the series shown, all if empty. by: what colours tell apart. panels: what
    panels tell apart. smooth: weight of the past in an exponential average of each seed's curve; 0: none. last: final
    values are means of so many last points of the curve; 0: the record's metric.
    """

    kind: Literal["curves", "sweep", "bars", "histogram"]
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    title: Text = ""
    value: Text = ""
    scale: Factor = 1.0
    over: str = ""
    series: tuple[str, ...] = ()
    by: By | None = None
    panels: By | None = None
    x: Axis = Axis()
    y: Axis = Axis()
    smooth: float = Field(0.0, ge=0.0, lt=1.0)
    last: int = Field(0, ge=0)
    bins: int = Field(80, ge=1, le=400)

    @model_validator(mode="after")
    def _over_fits_kind(self) -> Self:
        fits = {
            "curves": self.over in ("", "step", "epoch"),
            "sweep": _KEY.fullmatch(self.over),
            "bars": not self.over or _KEY.fullmatch(self.over),
            "histogram": not self.over,
        }
        if not fits[self.kind]:
            wanted = {"curves": '"step" or "epoch"', "histogram": "nothing"}.get(self.kind, 'a key such as "task.lr"')
            raise MisplacedError(("over",), f"{self.over!r} does not fit the kind {self.kind!r}, which needs {wanted}")
        return self


class PublishedNumber(Model):
    """One number of a paper. series: a series' label. where: parameters, and "task" for the task's name, of the cells
    that it is compared with. sd: sample standard deviation over `runs`, None where none was printed."""

    series: str
    where: dict[Key, Value] = {}
    mean: float
    sd: float | None = Field(None, ge=0.0)


class Published(Model):
    """What a paper printed, and how it is measured here.

    title: of the table. source: where the numbers stand. metric: a record's metric or a column of its curve. unit,
    scale: as in the paper. last: the mean of so many last points of the curve; 0: the record's metric. runs: how many
    runs were averaged. trained_above: in the paper's units; seeds above it count as trained.
    """

    title: Text
    source: Text
    metric: Text
    unit: Text = ""
    scale: Factor = 1.0
    last: int = Field(0, ge=0)
    runs: int = Field(1, ge=1)
    trained_above: float | None = None
    numbers: tuple[PublishedNumber, ...] = Field(min_length=1)
