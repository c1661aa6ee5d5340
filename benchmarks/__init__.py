"""Benchmarks: ratios that were promised, each with a command that measures it."""
