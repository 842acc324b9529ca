"""All that the Explain page shows, computed without Streamlit."""
