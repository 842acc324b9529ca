"""Files in the layouts of CIFAR-10 and CIFAR-100: the official ones, copies, and those with somebody’s own pictures."""
