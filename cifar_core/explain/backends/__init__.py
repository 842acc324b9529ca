"""What computes gradients, a file for each backend."""
