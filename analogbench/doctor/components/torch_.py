"""torch, and the GPUs that it can use."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from analogbench.doctor.asking import Answer
from analogbench.doctor.facts import Say, import_package
from analogbench.doctor.findings import Finding, joined
from analogbench.doctor.pairs import fitting_torch, pip_install
from analogbench.records.machine import has_nvidia_driver, nvidia_driver


def probe(say: Say) -> None:
    """Import torch, ask it for CUDA, and compute on every GPU."""
    torch: Any = import_package("torch", say)
    say(built_for=torch.version.cuda, has_driver=has_nvidia_driver(), driver=nvidia_driver())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        available = torch.cuda.is_available()
    say(available=available, warning=str(caught[-1].message) if caught else "")
    gpus: list[dict[str, Any]] = []
    for index in range(torch.cuda.device_count() if available else 0):
        about = torch.cuda.get_device_properties(index)
        torch.ones(2, device=f"cuda:{index}").sum().item()
        gpus.append({"name": about.name, "memory": about.total_memory})
        say(gpus=gpus)


def judge(answer: Answer) -> list[Finding]:
    """A row for torch, one for CUDA, and one for each GPU that can compute."""
    facts = answer.facts
    command = pip_install(fitting_torch(facts.get("version")), force=not facts.get("absent"))
    if facts.get("absent"):
        return [Finding("torch", "not installed", "missing", command)]
    if not facts.get("imported"):
        return [
            Finding("torch", joined(facts.get("version"), answer.failure), "broken", f"install it again: {command}")
        ]
    gpus = [
        Finding(f"GPU {index}", f"{gpu['name']}, {gpu['memory'] / 2**30:.1f} GiB")
        for index, gpu in enumerate(facts.get("gpus", ()))
    ]
    return [Finding("torch", facts.get("version") or "of unknown version"), _cuda(facts, answer.failure), *gpus]


def _cuda(facts: Mapping[str, Any], failure: str) -> Finding:
    """Whether CUDA can be used; that there is no GPU is no failure."""
    built_for = facts.get("built_for")
    build = f"torch is built for CUDA {built_for}" if built_for else "torch is built without CUDA"
    driver = f"driver {facts['driver']}" if facts.get("driver") else ""
    if failure:
        advice = "until the driver and torch agree, run with --target cpu; https://pytorch.org lists builds of torch"
        return Finding("CUDA", joined(build, driver, failure), "broken", advice)
    if facts.get("available"):
        return Finding("CUDA", joined(build, driver))
    if not facts.get("has_driver"):
        return Finding("CUDA", joined(build, "no NVIDIA driver"), "note")
    advice = "see CUDA_VISIBLE_DEVICES, and whether the driver is new enough for torch's CUDA"
    if not built_for:
        advice = "to use the GPU, install a build of torch with CUDA: https://pytorch.org"
    return Finding("CUDA", joined(build, driver, facts.get("warning") or "torch sees no GPU"), "note", advice)
