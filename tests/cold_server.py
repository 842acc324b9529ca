"""``python -m tests.cold_server run app.py …``: Streamlit's server, without what the dashboard loads in advance.

A server starts the process that explains before anybody asks: five seconds of a processor, for nothing where a test
has no picture explained.
"""

from streamlit.web.cli import main

from pages.parts.frame import warm_up

if __name__ == "__main__":
    warm_up.start = warm_up.load_first_pages = lambda: None
    main()
