"""Animal or background? Where in its pictures a network looks, over many of them."""
