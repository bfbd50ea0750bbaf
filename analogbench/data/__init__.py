"""Where data sets lie, which there are, and how to read them."""

from analogbench.data.catalogue import DATA_SETS
from analogbench.data.location import data_dir, shown
from analogbench.data.presence import missing
from analogbench.data.reading import imagenet_weights, read_cifar10, read_mnist

__all__ = ["DATA_SETS", "data_dir", "imagenet_weights", "missing", "read_cifar10", "read_mnist", "shown"]
