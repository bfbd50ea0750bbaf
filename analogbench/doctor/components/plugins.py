"""The plugins of analogbench."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analogbench.doctor.asking import Answer
from analogbench.doctor.facts import Say
from analogbench.doctor.findings import Finding
from analogbench.registry import DISABLE, load


def probe(say: Say) -> None:
    """Load them all."""
    say(plugins=[asdict(plugin) for plugin in load().plugins])


def judge(answer: Answer) -> list[Finding]:
    """One row for all that are loaded, and one for each that is not."""
    if answer.failure:
        advice = f"find the plugin that is to blame by leaving some out, as in {DISABLE}=name,name"
        return [Finding("plugins", answer.failure, "broken", advice)]
    plugins = answer.facts["plugins"]
    if not plugins:
        return [Finding("plugins", "none", "broken", "install analogbench again: its own plugins are not found")]
    loaded = sum(plugin["state"] == "ok" for plugin in plugins)
    return [Finding("plugins", f"{loaded} loaded"), *(_absence(p) for p in plugins if p["state"] != "ok")]


def _absence(plugin: Mapping[str, Any]) -> Finding:
    """Why a plugin is not loaded. Only what is quarantined is broken; a plugin may be left out, or not run here."""
    component, found = f"plugin {plugin['name']}", f"{plugin['state']}: {plugin['reason']}"
    if plugin["state"] != "quarantined":
        return Finding(component, found, "note")
    origin = f"{plugin['distribution']} {plugin['version']}"
    return Finding(component, found, "broken", f"repair or update {origin}, or set {DISABLE}={plugin['name']}")
