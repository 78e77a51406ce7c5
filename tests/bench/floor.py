"""The floor: the least a Django application can do for the same jobs, in one file.

    DATABASE_URL=… FLOOR_DATA=… python -m tests.bench.floor prepare < items.json
    DATABASE_URL=… FLOOR_DATA=… python -m tests.bench.floor serve PORT

    GET  /page/       session, user, one SELECT, the template
    GET  /kept/       session, user, the newest version, rows from the process's memory
    GET  /json/       session, user, one SELECT, JSON of the same rows
    POST /set/<id>/   session, user, CSRF; UPDATE and INSERT in one transaction; the row's HTML

Served by the same server, bridge and number of threads as the product, with the same database
settings, so that the difference is what the product itself does.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django
import uvicorn
from django.conf import settings

from readiness import schemes

DATA = Path(os.environ.get("FLOOR_DATA", "."))
DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite://{DATA}/floor.sqlite3"
PERSON = "floor@example.com"

settings.configure(
    SECRET_KEY="bench-only-" + "0123456789abcdef" * 4,
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": schemes.database(DATABASE_URL, role="web")},
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
)
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import (  # noqa: E402
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    JsonResponse,
)
from django.middleware.csrf import get_token  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from readiness.bridge import Bridge  # noqa: E402


class Item(models.Model):
    """A line of the list."""

    section = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="open")
    owner = models.CharField(max_length=40, default="")
    changed = models.DateTimeField(null=True)

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """What happened to a line."""

    item_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    was = models.CharField(max_length=10)
    new = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return f"{self.item_id} {self.new}"


ROW = (
    '<li id="i{{ i.id }}" class="{{ i.state }}"><button hx-post="/set/{{ i.id }}/" '
    'hx-vals=\'{"state":"done"}\' hx-target="#i{{ i.id }}" hx-swap="outerHTML">{{ i.state }}'
    "</button><span>{{ i.title }}</span><small>{{ i.owner }} "
    '{{ i.changed|date:"Y-m-d H:i" }}</small></li>'
)
PAGE = (
    "<!doctype html><html><head><meta charset=utf-8><title>Release</title></head>"
    '<body hx-headers=\'{"X-CSRFToken":"{{ token }}"}\'><h1>Production Checklist</h1>'
    "{% regroup items by section as groups %}{% for g in groups %}<h2>{{ g.grouper }}</h2><ul>"
    "{% for i in g.list %}" + ROW + "{% endfor %}</ul>{% endfor %}</body></html>"
)
_engine = Engine()
_page, _row = _engine.from_string(PAGE), _engine.from_string(ROW)
_kept: dict[str, object] = {}


def page(request: HttpRequest) -> HttpResponse:
    """The list, drawn anew."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    items = list(Item.objects.order_by("id"))
    return HttpResponse(_page.render(Context({"items": items, "token": get_token(request)})))


def kept(request: HttpRequest) -> HttpResponse:
    """The list as it was drawn for the newest event."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    version = Event.objects.order_by("-id").values_list("id", flat=True).first()
    if _kept.get("version", "none") != version:
        items = list(Item.objects.order_by("id"))
        _kept.update(version=version, html=_page.render(Context({"items": items, "token": "@@"})))
    return HttpResponse(str(_kept["html"]).replace("@@", get_token(request), 1))


def as_json(request: HttpRequest) -> HttpResponse:
    """The list for programs."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    return JsonResponse({"items": list(Item.objects.order_by("id").values())})


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A tick."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    new, now = request.POST["state"], timezone.now()
    with transaction.atomic():
        Item.objects.filter(pk=pk).update(state=new, owner="bench", changed=now)
        Event.objects.create(item_id=pk, user_id=1, was="", new=new, at=now)
    item = Item(pk=pk, title="As it was sent", state=new, owner="bench", changed=now)
    return HttpResponse(_row.render(Context({"i": item})))


urlpatterns = [
    path("page/", page),
    path("kept/", kept),
    path("json/", as_json),
    path("set/<int:pk>/", change),
]


def prepare(items: Sequence[Sequence[str]]) -> dict[str, object]:
    """Tables, items and somebody who is signed in."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Item)
        editor.create_model(Event)
    Item.objects.bulk_create(Item(section=section, title=title) for section, title in items)
    user = User.objects.create_user("floor", PERSON)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    ids = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    return {"session": session.session_key, "items": ids}


def serve(port: int) -> None:
    """Answer until the process is ended."""
    sys.setswitchinterval(0.0005)
    uvicorn.run(
        Bridge(get_wsgi_application(), threads=4, max_body=1_000_000),
        host="127.0.0.1",
        port=port,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        print(json.dumps(prepare(json.load(sys.stdin))))
    else:
        serve(int(sys.argv[2]))
