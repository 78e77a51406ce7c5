"""Every address of the site: allauth's pages under /accounts/, the rest in checklists."""

from django.urls import include, path

from readiness.addresses import AddressView
from readiness.reauthenticating import ByCodeView, ByPasswordView
from readiness.signing_out import SignOutView

urlpatterns = [
    path("accounts/email/", AddressView.as_view(), name="account_email"),
    path("accounts/reauthenticate/", ByPasswordView.as_view(), name="account_reauthenticate"),
    path("accounts/2fa/reauthenticate/", ByCodeView.as_view(), name="mfa_reauthenticate"),
    path("accounts/logout/", SignOutView.as_view(), name="account_logout"),
    path("accounts/", include("allauth.urls")),
    path("", include("checklists.urls")),
]

# Also for requests that no view sees, such as those that name a host that is not ours.
handler400 = "checklists.api.errors.bad_request"
