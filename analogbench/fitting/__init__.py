"""From measured pulse responses to a device: reading them, fitting response families, choosing one, saying how sure.

Stands on numpy, scipy and numba alone: it knows neither tiles nor training.
"""
