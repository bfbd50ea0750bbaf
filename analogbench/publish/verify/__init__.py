"""Whether a leaderboard is what it says: files, records, identities, tables, and a sample of cells run again.

findings: what is found; files, records_, tables: without training; sample, rerun, judge: with
"""
