"""When a record was made, by its own account."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from analogbench.records.record import Record


def ended(record: Record) -> float:
    """When the cell ended, in seconds since 1970; −∞ where the record does not say."""
    end = record.provenance.get("end")
    try:
        if isinstance(end, int | float):
            return float(end) if math.isfinite(end) else -math.inf
        moment = datetime.fromisoformat(str(end))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return -math.inf
