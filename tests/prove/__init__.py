"""The long proofs: what takes too long for every run of the tests."""
