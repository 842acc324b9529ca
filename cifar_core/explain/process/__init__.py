"""The child process that explains, and the side of the dashboard."""
