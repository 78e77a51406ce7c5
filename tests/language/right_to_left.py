"""Settings with a language that is read from right to left.

Its words stay English, but for those that Django brings: what is looked at is the layout.
"""

from readiness.settings import *  # noqa: F403

LANGUAGES = [*LANGUAGES, ("ar", "العربية")]  # noqa: F405
