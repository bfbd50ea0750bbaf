"""From the values of seeds to what may be said of them; docs/statistics.md says what is calculated and why.

summary: mean, spread and interval of one group of seeds
bistable: whether the seeds fall into two groups
significance: exact tests of paired differences, Holm's correction
paired: two algorithms over the seeds that they share
contest: all algorithms over the settings that they share → ranks, profiles
targets: when a learning curve first reaches a target

What is imported here needs no data frame; the others are imported by name.
"""

from analogbench.report.statistics.bistable import split
from analogbench.report.statistics.summary import CONFIDENCE, LARGEST, Summary, summarise

__all__ = ["CONFIDENCE", "LARGEST", "Summary", "split", "summarise"]
