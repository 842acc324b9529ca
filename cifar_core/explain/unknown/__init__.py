"""Not one of the classes: whether a picture looks unlike all that a network has learnt from."""
