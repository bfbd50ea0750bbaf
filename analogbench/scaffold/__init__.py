"""Writes the distribution of a new plugin, complete with tests."""
