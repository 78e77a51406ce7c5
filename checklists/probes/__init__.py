"""Probes: what a machine can check of an item. Parameters in, observation out, judged apart.

Pure: no ORM, no settings, no clock but the one handed in. A probe looks (`base.ProbeKind.observe`),
`judge` says what was seen, `confirm` says what enough runs in a row amount to.
"""
