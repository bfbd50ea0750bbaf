"""Where data sets lie."""

from analogbench.data.location import data_dir, shown

__all__ = ["data_dir", "shown"]
