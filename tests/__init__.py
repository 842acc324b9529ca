"""The tests; a package, so that benchmarks and docs find ``tests.dashboard``."""
