"""CIFAR Lab's core: data, models, training runs, evaluation and explanations, without any user interface."""

__version__ = "0.2.2"
