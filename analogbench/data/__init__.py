"""Where data sets lie."""

from analogbench.data.location import data_dir

__all__ = ["data_dir"]
