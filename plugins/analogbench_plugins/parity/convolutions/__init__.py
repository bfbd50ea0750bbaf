"""Comparison D: convolutions, AIHWKIT's AnalogConv2d against tiles that are given the patches of the images."""
