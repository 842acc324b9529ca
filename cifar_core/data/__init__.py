"""Pictures and labels: official archives, image folders, and the built-in drawn sample."""
