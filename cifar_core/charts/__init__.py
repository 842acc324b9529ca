"""One chart builder per file: a dataclass in, a plotly figure out."""
