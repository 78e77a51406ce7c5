"""The pages and the forms: each view translates a request into one read or one operation."""
