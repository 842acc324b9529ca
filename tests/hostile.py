"""Names that somebody would give who wants to break out: of a folder, of a label, of a line."""

PATHS = [
    "../escape",
    "../../../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "",
    "~",
    "a/b",
    "a\\b",
    "C:\\windows",
    "a\0b",
    "a\nb",
    "-rf",
    ".hidden",
    "A",
    "ä",
    "cat\u202e",
    "\ud800",
    "a b",
    "%2e%2e%2f",
    "x" * 10_000,
    "<script>alert(1)</script>",
]

MARKUP = [
    "<img src=x onerror=alert(1)> <b>bold</b> &amp; ![i](http://e.example/i.png) a_b",
    "[l](http://e.example) http://e.example www.e.example a@e.example <ftp://e.e>",
    "**strong** *em* _em_ __strong__ ~~gone~~ `code` $x^2$ $$y$$ # - > | 1. \\",
    ":material/home: :red[r] :smile: :streamlit: :blue-badge[b] -> <- -- >= %{x} <br>",
    "- list",
    "# heading",
    "1. item",
    "> quote",
    "猫 قطة גטו 👩‍👧 e\u0301 Z\u0336a\u0336lgo",
]
"""Each is a name that a run may have."""
