"""Runs for other tools to read, and models and runs of other tools to look at here."""
