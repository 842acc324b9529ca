"""Which run is trained when, and where: the queue and the process that works it off."""
