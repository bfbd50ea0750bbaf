"""How a suite wants its results shown: the lines of its figures, the figures, and the numbers that were published.

All of it is data in the suite's TOML file; `analogbench.report` does the drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from analogbench.grid.presentation_matching import belongs, matches
from analogbench.grid.presentation_parts import (
    Axis,
    By,
    Figure,
    MisplacedError,
    Model,
    Published,
    PublishedNumber,
    Sentence,
    Series,
    Text,
)

if TYPE_CHECKING:
    from analogbench.grid.toml_lines import KeyPath

__all__ = ["Axis", "By", "Figure", "Presentation", "Published", "PublishedNumber", "Series", "belongs", "matches"]


class Presentation(Model):
    """Everything in a suite's file that says how it is shown.

    source: the figure or table of the paper, and the protocol's source. choices: where paper and script differ, or the
    suite differs from both, what it does and why; a sentence each. findings: what explains differences from the
    published numbers at the suite's own settings; a sentence each. data: labels of the data sets on which the suite's
    own budget trains, such as "MNIST"; any, if none is given.
    """

    source: Text = ""
    data: tuple[Sentence, ...] = ()
    choices: tuple[Sentence, ...] = ()
    findings: tuple[Sentence, ...] = ()
    series: tuple[Series, ...] = ()
    figure: tuple[Figure, ...] = ()
    published: tuple[Published, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> Self:
        """Figures and published numbers name series that exist; names are unique."""
        if self.figure and not self.series:
            raise MisplacedError(("figure", 0), "it would show nothing, since there is no [[series]]: add one")
        labels = [series.label for series in self.series]
        figures = [figure.name for figure in self.figure]
        for what, key, names in (("series", "label", labels), ("figure", "name", figures)):
            for number, name in enumerate(names):
                if name in names[:number]:
                    raise MisplacedError((what, number, key), f"{name!r} is taken: no two may have the same {key}")
        for path, label in self._references():
            if label not in labels:
                raise MisplacedError(path, f"there is no series {label!r}; there are: {', '.join(labels) or 'none'}")
        return self

    def _references(self) -> list[tuple[KeyPath, str]]:
        """Every place where a series is named."""
        found: list[tuple[KeyPath, str]] = []
        for i, figure in enumerate(self.figure):
            found += [(("figure", i, "series", j), label) for j, label in enumerate(figure.series)]
        for i, table in enumerate(self.published):
            found += [(("published", i, "numbers", j, "series"), n.series) for j, n in enumerate(table.numbers)]
        return found
