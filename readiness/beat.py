"""The scheduler's Celery application: `celery -A readiness.beat beat`.

It sends the tick and knows nothing else. Without Celery's Django fixup it loads neither models nor
tasks, which halves the memory of a process that only counts seconds.
"""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")
TRANSPORT_ALIASES["files"] = "readiness.broker:Transport"

app = Celery("readiness", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
