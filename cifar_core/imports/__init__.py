"""Models and runs of others come in: opened behind a fence, checked, fitted."""
