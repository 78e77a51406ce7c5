"""The Celery application: `celery -A readiness.celery worker` and `… beat`.

The web process never imports this module: operations leave rows that are due, and the scheduler's
tick finds them.
"""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")
TRANSPORT_ALIASES["files"] = "readiness.broker:Transport"

app = Celery("readiness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["checklists"])
