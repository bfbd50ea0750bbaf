"""Measures a device through the interface that rules use: it programs, pulses and reads a tile, whosever it is.

results: what was measured → pulsing: one pulse at every crosspoint → measuring: response curves and pulse trains
"""
