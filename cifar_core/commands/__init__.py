"""The command line, a file for each command: all that the pages can do."""
