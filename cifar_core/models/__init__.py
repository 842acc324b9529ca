"""The networks: one file per family, and the table of all of them."""
