"""Every address of the site: allauth's pages under /accounts/, the rest in checklists."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("checklists.urls")),
]

# Also for requests that no view sees, such as those that name a host that is not ours.
handler400 = "checklists.api.errors.bad_request"
