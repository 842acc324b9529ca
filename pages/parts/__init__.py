"""What the pages are made of, a folder for each page, and the frame around them all."""
