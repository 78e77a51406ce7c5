"""Many writers at once, and writers that die: with real processes on a committed database."""
