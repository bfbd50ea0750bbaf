"""What the provenance of a record says, which nothing checks."""

from __future__ import annotations

from analogbench.records.record import Record


def said(record: Record, *path: str) -> str:
    """The text or number at a path in the provenance, as text; empty where there is nothing, or anything else."""
    found: object = record.provenance
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return "" if found is None or isinstance(found, dict | list) else " ".join(str(found).split())
