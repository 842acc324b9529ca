"""What several pages share: the session's data set, run store and inference process."""
