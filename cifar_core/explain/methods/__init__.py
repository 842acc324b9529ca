"""How a heat map is computed, a file for each method."""
