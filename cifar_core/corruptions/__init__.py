"""Pictures as they might also look: the kinds of CIFAR-10-C; turned, moved, hidden in part."""
