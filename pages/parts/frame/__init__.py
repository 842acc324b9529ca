"""What all pages share: router, session, account, links."""
