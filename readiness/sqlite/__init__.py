"""Django's SQLite backend, with fair turns for writers of several processes."""
