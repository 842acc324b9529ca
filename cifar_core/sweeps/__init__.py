"""Runs that are asked for together: searches for hyper-parameters, and repeats of one recipe with several seeds."""
