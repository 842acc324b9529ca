"""The pages of the dashboard: the one table that the router, links, tests and screenshots read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """One page.

    Attributes
    ----------
    name : str
        Of its file in ``pages/`` and of its document in ``docs/``.
    title : str
        In the navigation.
    icon : str
        Streamlit's name of a Material icon.
    """

    name: str
    title: str
    icon: str

    @property
    def file(self) -> str:
        """Path that Streamlit knows the page by."""
        return f"pages/{self.name}.py"

    @property
    def url_path(self) -> str:
        """What stands behind the server's address; empty for the first page."""
        return "" if self is next(iter(PAGES.values())) else self.name


PAGES = {
    page.name: page
    for page in (
        PageEntry("home", "Home", ":material/home:"),
        PageEntry("dataset", "Data set", ":material/photo_library:"),
        PageEntry("train", "Train", ":material/model_training:"),
        PageEntry("compare", "Compare", ":material/compare:"),
        PageEntry("explain", "Explain", ":material/visibility:"),
    )
}
"""In the order of the navigation; the first is what an address without a path opens."""
