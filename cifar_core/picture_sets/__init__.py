"""Sets of pictures: which ones go wrong, what they have in common."""
