"""How numbers, durations and foreign text are written on a page."""
