"""Pictures of one's own, in folders named after their class: found, counted, read."""
