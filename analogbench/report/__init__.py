"""Records → statistics → tables and plots. Everything comes from the records: no torch, no plugins.

frame → ranking → notes → leaderboard (terminal), tables (md, txt, csv, tex)
  └──→ plots (curves, sweep, heatmap)
natural: the order of labels
write: all of it into a results folder
"""
