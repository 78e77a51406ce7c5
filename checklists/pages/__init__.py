"""What pages show, for views and stream alike: dataclasses of ready strings, and their HTML.

Nothing here decides a rule: states come from `state.py`, reasons from the gate.
"""
