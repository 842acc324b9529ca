"""From an upload to the pixels that a network sees."""
