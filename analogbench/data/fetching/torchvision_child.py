"""`python -m analogbench.data.fetching.torchvision_child NAME FOLDER`: download a data set's files, as they are.

The exit code is that of ENOSPC where the disk is full; else 1, and the reason on standard output, where it fails.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analogbench.data.fetching.reasons import is_full, reason_of

TIMEOUT = 15.0
"""Seconds that one answer of a server may take."""


@dataclass(frozen=True)
class Remote:
    """A file and the servers that have it. md5: empty where torchvision knows none, which is with weights."""

    name: str
    urls: tuple[str, ...]
    md5: str = ""


def remotes(name: str) -> Iterator[Remote]:
    """The files to download of a data set."""
    from torchvision import datasets, models

    if name == "mnist":
        for file, md5 in datasets.MNIST.resources:
            yield Remote(file, tuple(f"{mirror}{file}" for mirror in datasets.MNIST.mirrors), md5)
    elif name == "cifar10":
        yield Remote(datasets.CIFAR10.filename, (datasets.CIFAR10.url,), datasets.CIFAR10.tgz_md5)
    else:
        network = name.removesuffix("-imagenet").replace("resnet", "ResNet")
        url = models.get_weight(f"{network}_Weights.IMAGENET1K_V1").url
        yield Remote(url.rpartition("/")[2], (url,))


def retrieve(remote: Remote, folder: Path) -> None:
    """Download one file from the first server that gives it. Raises what the last one failed with."""
    from torch.hub import download_url_to_file
    from torchvision.datasets.utils import download_url

    for url in remote.urls:
        try:
            if not remote.md5:
                # As torchvision gets weights. `download_url` would go on without TLS where that fails, and what is
                # known of weights, 32 bits of their sha256, is not enough for that.
                return download_url_to_file(url, str(folder / remote.name), progress=False)
            return download_url(url, folder, remote.name, remote.md5)  # type: ignore[no-any-return]
        except (OSError, RuntimeError) as error:
            if is_full(error) or url == remote.urls[-1]:
                raise
    return None


def main() -> int:
    """Download; returns the exit code."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    socket.setdefaulttimeout(TIMEOUT)
    try:
        files = list(remotes(name))
        (folder.parent / "started").write_text("torchvision is imported\n")  # so that the watching parent knows
        for remote in files:
            retrieve(remote, folder)
    except Exception as error:
        print(reason_of(error))
        return errno.ENOSPC if is_full(error) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
