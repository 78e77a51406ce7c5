"""Every write: one module per noun, one function per thing a user wants done.

Each is one durable transaction: lock the chain, check permission and state, notice that there is
nothing to do, save named fields, append the event. None takes a request, sends mail, or renders.
"""
