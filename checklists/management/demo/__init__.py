"""The demo: a living product on the first page, made through the operations that people use."""
