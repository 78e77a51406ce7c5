"""Every address of the site: allauth's pages under /accounts/, the rest in checklists."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("checklists.urls")),
]
