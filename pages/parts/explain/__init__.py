"""The parts of the Explain page."""
