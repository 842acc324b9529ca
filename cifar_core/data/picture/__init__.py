"""One reader for every picture, whether it comes from a folder or as an upload: from bytes to a network's pixels."""
