"""Measurements: each is a command of its own and prints ratios taken within one run."""
