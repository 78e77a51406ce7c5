"""`python -m tests.bench`: what things cost, beside the least that Django could do for the same.

Absolute times say more about the machine than about us, so the floor, a Django application that
does nothing but the job, is measured in the same run and served in the same way. What counts is
CPU time from /proc, and the ratio.
"""
