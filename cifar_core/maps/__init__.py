"""The pictures of a split laid out on a plane, so that those that are alike lie together."""
