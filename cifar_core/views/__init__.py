"""All that a page shows, computed without Streamlit."""
