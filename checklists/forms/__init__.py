"""Forms that have more than a reason in them."""
