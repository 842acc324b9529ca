"""The comparison as one file that opens anywhere, and as a notebook that computes it again."""
