"""Runs as folders: what they hold, who starts them, what state they are in."""
