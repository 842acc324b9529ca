"""Who is who in a class, and what each may do."""
