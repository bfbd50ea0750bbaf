"""Records → statistics → tables and plots. Everything comes from the records: no torch, no plugins.

frame → ranking → notes → leaderboard (terminal), tables (md, txt, csv, tex)
  ├──→ statistics (intervals, tests, ranks, profiles, times to a target)
  ├──→ compare (two algorithms: tables, a sentence, plain data)
  └──→ plots (curves, sweep, heatmap, ranks, profile)
quantity: what the numbers of records are, and whether more is better
natural: the order of labels
write: all of it into a results folder
"""
