"""Django as a WSGI application; readiness/asgi.py runs it in threads beside the live hub."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")
application = get_wsgi_application()
