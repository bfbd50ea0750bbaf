"""Each record against its schema, its checksum, and the installed code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.grid.selection import label_of
from analogbench.publish.verify.findings import Finding
from analogbench.records.record import Labels, MetricInfo, Record
from analogbench.records.seal import opened
from analogbench.records.staleness import Code
from analogbench.records.store import Problem, Store

if TYPE_CHECKING:
    from analogbench.registry import Registry

UNCHECKED: dict[Code, str] = {
    "other": "made by other code than is installed here",
    "unknown": "made with plugins that are not installed here",
}


def read_records(folder: Path) -> tuple[dict[str, Record], list[Finding]]:
    """The records by path relative to `folder`, and a finding for each file among them."""
    records: dict[str, Record] = {}
    findings = []
    for path, found in Store(folder).walk():
        name = path.relative_to(folder).as_posix()
        if isinstance(found, Problem):
            findings.append(Finding("records", "wrong", name, found.reason))
            continue
        records[name] = found
        content = path.read_bytes()
        if opened(content) == content:
            findings.append(Finding("records", "unverified", name, "has no checksum: an older version wrote it"))
        else:
            findings.append(Finding("records", "good", name))
    return records, findings


def check_identities(records: Mapping[str, Record], codes: Mapping[str, Code], registry: Registry) -> Iterator[Finding]:
    """Whether each record is of the cell and the code that its identity stands for, as far as the code is here.

    codes: whose code made each record, by path, too.
    """
    seen: dict[str, str] = {}
    for path, record in records.items():
        if record.identity in seen:
            yield Finding("identities", "wrong", path, f"the same identity as {seen[record.identity]}")
            continue
        seen[record.identity] = path
        if codes[path] != "installed":
            yield Finding("identities", "unverified", path, UNCHECKED[codes[path]])
            continue
        why = _misnamed(record, registry)
        yield Finding("identities", "wrong" if why else "good", path, why)


def _misnamed(record: Record, registry: Registry) -> str:
    """What the record says of its cell that the cell does not; empty if nothing. Tables go by these names."""
    cell = record.cell
    labels = Labels(
        algorithm=label_of(cell.algorithm, registry, "algorithm"),
        device=label_of(cell.device, registry, "device"),
        task=label_of(cell.task, registry, "task"),
        data=record.labels.data,
    )
    if record.labels != labels:
        return "its labels are not those of its cell"
    if record.metric != MetricInfo.model_validate(registry.task(cell.task.name).value.metric):
        return "its metric is not that of its task"
    if record.reproducible != registry.device(cell.device.name).value.reproducible:
        return "it says otherwise than its device whether it can be reproduced"
    return ""
