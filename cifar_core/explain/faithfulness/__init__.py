"""Whether a heat map is true: what happens to the answer when the places that it marks are taken away."""
