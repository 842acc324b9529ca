"""Runs that are asked for together: searches for good settings, and repeats of one recipe with several seeds."""
