"""The JSON API under /api/v1/, for pipelines: bearer tokens, and the same operations as the pages.

Each module holds the routes of one noun. A route finds what its token may see, calls one
operation or read, and shows the result; rules and statuses come from below.
"""
