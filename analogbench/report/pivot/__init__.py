"""Freely chosen tables: any quantity of the records, over any keys.

quantity: what records hold → keys: what tells cells apart → entries: one cell of the table → pivot: all of them
  → sheet: as strings; lines: with all digits, for CSV and JSON
"""
