"""Who may do what, written down by hand: every address, every method, everybody.

Nothing here is computed from the code. A line says what each of the people (or tokens) is
answered: a status, or `login` for being sent to sign in. A method that is not listed for an
address is answered 405 (or `login`). An address that is not listed fails the test.
"""

PEOPLE = [
    "anonymous",
    "outsider",
    "viewer",
    "contributor",
    "holder",
    "manager",
    "auditor",
    "owner",
    "installation",
    "deactivated",
]

#            anonymous outsider viewer contrib holder manager auditor owner installation deactivated
PUBLIC = "   200       200      200    200     200    200     200     200   200          200"
SIGNED_IN = "login     200      200    200     200    200     200     200   200          login"
MEMBERS = "  login     404      200    200     200    200     200     200   404          login"
OWNERS = "   login     404      403    403     403    403     403     200   404          login"
PLANNERS = " login     404      403    403     403    200     403     200   404          login"
WORKERS = "  login     404      403    200     200    200     403     200   404          login"
EXPORTERS = "login     404      403    403     403    200     200     200   404          login"
EDITORS = "  login     200      403    403     403    200     403     200   403          login"
ROOT = "     login     403      403    403     403    403     403     403   200          login"

# The same for forms that lead back with a redirect.
SIGNED_IN_DO = "login  302      302    302     302    302     302     302   302          login"
WORKERS_DO = "  login  404      403    302     302    302     403     302   404          login"
OWNERS_DO = "   login  404      403    403     403    403     403     302   404          login"
MANAGERS_DO = " login  404      403    403     403    302     403     403   404          login"
PLANNERS_DO = " login  404      403    403     403    302     403     302   404          login"
DECIDERS_DO = " login  404      403    403     302    302     403     403   404          login"
AUTHOR_DOES = " login  404      403    302     403    403     403     403   404          login"
HOLDERS_DO = "  login  404      403    403     302    403     403     403   404          login"
EDITORS_DO = "  login  302      403    403     403    302     403     302   403          login"
ROOT_DOES = "   login  403      403    403     403    403     403     403   302          login"
# The gate says no-go, or the release is not deployed: allowed, and refused by the state.
MANAGERS_409 = "login  404      403    403     403    409     403     403   404          login"

# Pages of the sign-in itself; those who are signed in are led on.
ENTRANCE = " 200       302      302    302     302    302     302     302   302          200"
OWN_LEADS_ON = "login  302      302    302     302    302     302     302   302          login"
LEADS_ON = "   302     302      302    302     302    302     302     302   302          302"
SIGN_OUT = "   302     200      200    200     200    200     200     200   200          302"
# Nobody here has a second factor, so there is nothing to see or to remove.
NO_FACTOR = "  login   404      404    404     404    404     404     404   404          login"
# An address that nobody was given.
NOBODY = "     404     404      404    404     404    404     404     404   404          404"
NO_KEY = "     404     404      404    404     404    404     404     404   404          404"

PAGES = {
    "GET /": SIGNED_IN,
    "GET /my-work/": SIGNED_IN,
    "GET /my-work/waiting/": SIGNED_IN,
    "POST /my-work/seen/": SIGNED_IN_DO,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /projects/": SIGNED_IN,
    "GET /projects/new/": ROOT,
    "POST /projects/new/": ROOT_DOES,
    "GET /projects/<slug:slug>/": MEMBERS,
    "GET /projects/<slug:slug>/settings/": OWNERS,
    "GET /projects/<slug:slug>/waivers/": MEMBERS,
    "POST /projects/<slug:slug>/waiver-budget/": OWNERS_DO,
    "POST /projects/<slug:slug>/settings/": OWNERS_DO,
    "POST /projects/<slug:slug>/archive/": (
        #      the release is running, so even the owner is refused
        "login 404 403 403 403 403 403 409 404 login"
    ),
    "POST /projects/<slug:slug>/restore/": OWNERS_DO,
    "GET /projects/<slug:slug>/members/": MEMBERS,
    "POST /projects/<slug:slug>/members/": OWNERS,
    "POST /projects/<slug:slug>/members/<int:pk>/role/": OWNERS_DO,
    "POST /projects/<slug:slug>/members/<int:pk>/remove/": OWNERS_DO,
    "POST /projects/<slug:slug>/invitations/<int:pk>/revoke/": OWNERS_DO,
    "GET /projects/<slug:slug>/roles/": MEMBERS,
    "POST /projects/<slug:slug>/roles/": OWNERS_DO,
    "POST /projects/<slug:slug>/roles/<int:pk>/retire/": OWNERS_DO,
    "POST /projects/<slug:slug>/roles/<int:pk>/holders/": OWNERS_DO,
    "POST /projects/<slug:slug>/holders/<int:pk>/remove/": OWNERS_DO,
    "GET /projects/<slug:slug>/tokens/": MEMBERS,
    "POST /projects/<slug:slug>/tokens/": MEMBERS,
    # The token is the contributor's.
    "POST /projects/<slug:slug>/tokens/<int:pk>/revoke/": (
        "login 404 403 302 403 403 403 302 404 login"
    ),
    "GET /tokens/": SIGNED_IN,
    "GET /people/": ROOT,
    "POST /people/": ROOT,
    "GET /people/me/": SIGNED_IN,
    "POST /people/me/": SIGNED_IN_DO,
    "POST /people/me/language/": SIGNED_IN_DO,
    "POST /people/me/presence/": SIGNED_IN_DO,
    "POST /language/": LEADS_ON,
    "POST /people/<int:pk>/deactivate/": ROOT_DOES,
    "POST /people/<int:pk>/reactivate/": ROOT_DOES,
    # The link is the key; who is signed in under another address may look and not accept.
    "GET /invitations/<str:secret>/": PUBLIC,
    "POST /invitations/<str:secret>/": "302 403 403 403 403 403 403 403 403 302",
    "GET /projects/<slug:slug>/releases/new/": PLANNERS,
    "POST /projects/<slug:slug>/releases/new/": PLANNERS_DO,
    "GET /releases/<int:pk>/": MEMBERS,
    "GET /releases/<int:pk>/history/": MEMBERS,
    "POST /releases/<int:pk>/watch/": "  login 404 302 302 302 302 302 302 404 login",
    "POST /releases/<int:pk>/unwatch/": "login 404 302 302 302 302 302 302 404 login",
    "POST /releases/<int:pk>/deploy/": MANAGERS_409,
    "POST /releases/<int:pk>/close/": MANAGERS_409,
    "POST /releases/<int:pk>/abort/": MANAGERS_DO,
    "POST /releases/<int:pk>/roll-back/": MANAGERS_409,
    "POST /releases/<int:pk>/target/": PLANNERS_DO,
    "GET /releases/<int:pk>/checklists/<str:key>/upgrade/": PLANNERS,
    # Nothing newer is published, so there is nothing to do.
    "POST /releases/<int:pk>/checklists/<str:key>/upgrade/": PLANNERS_DO,
    "GET /releases/<int:pk>/carry/": PLANNERS,
    "POST /releases/<int:pk>/carry/": PLANNERS_DO,
    "GET /releases/<int:pk>/fill/": WORKERS,
    "POST /releases/<int:pk>/fill/": WORKERS_DO,
    "GET /releases/<int:pk>/checklist/": EXPORTERS,
    "GET /releases/<int:pk>/bulk/": WORKERS_DO,
    "POST /releases/<int:pk>/bulk/": WORKERS_DO,
    # The step on many items is the contributor's.
    "POST /releases/<int:pk>/bulk/undo/": AUTHOR_DOES,
    "GET /releases/<int:pk>/filter/": MEMBERS,
    # Without scripts it leads to the page.
    "GET /releases/<int:pk>/conditions/": "login 404 302 302 302 302 302 302 404 login",
    "POST /releases/<int:pk>/filters/": "login 404 302 302 302 302 302 302 404 login",
    # Filters are everybody's own; this one is the contributor's.
    "POST /releases/<int:pk>/filters/forget/": "login 404 404 302 404 404 404 404 404 login",
    "GET /search/": SIGNED_IN,
    "GET /jump/": SIGNED_IN,
    "GET /releases/<int:pk>/sign-off/": MEMBERS,
    "POST /releases/<int:pk>/sign-off/": HOLDERS_DO,
    # The signature is the holder's.
    "POST /releases/<int:pk>/sign-off/withdraw/": HOLDERS_DO,
    "GET /releases/<int:pk>/items/new/": PLANNERS,
    "POST /releases/<int:pk>/items/new/": PLANNERS_DO,
    "GET /releases/<int:pk>/progress/": MEMBERS,
    "GET /projects/<slug:slug>/insights/": MEMBERS,
    "GET /projects/<slug:slug>/freezes/": MEMBERS,
    "POST /projects/<slug:slug>/freezes/": OWNERS_DO,
    "POST /projects/<slug:slug>/freezes/<int:pk>/remove/": OWNERS_DO,
    "GET /calendar/": SIGNED_IN,
    "POST /calendar/feed/": SIGNED_IN,
    "POST /calendar/feed/close/": SIGNED_IN_DO,
    "GET /calendar/feed/<str:secret>.ics": NOBODY,
    "GET /releases/<int:pk>/room/": MEMBERS,
    "POST /releases/<int:pk>/room/call/": HOLDERS_DO,
    "GET /items/<int:pk>/": MEMBERS,
    "POST /items/<int:pk>/remove/": PLANNERS_DO,
    "POST /items/<int:pk>/start/": WORKERS_DO,
    "POST /items/<int:pk>/tick/": WORKERS_DO,
    "POST /items/<int:pk>/untick/": WORKERS_DO,
    "POST /items/<int:pk>/not-applicable/": WORKERS_DO,
    "POST /items/<int:pk>/reopen/": WORKERS_DO,
    "POST /items/<int:pk>/assign/": WORKERS_DO,
    "POST /items/<int:pk>/due/": WORKERS_DO,
    "POST /items/<int:pk>/comment/": WORKERS_DO,
    "POST /items/<int:pk>/evidence/": WORKERS_DO,
    "GET /evidence/<int:pk>/": MEMBERS,
    # The contributor attached it.
    "POST /evidence/<int:pk>/withdraw/": "login 404 403 302 403 302 403 403 404 login",
    "POST /items/<int:pk>/waivers/": WORKERS_DO,
    # The step to take back is the contributor's.
    "POST /items/<int:pk>/undo/": AUTHOR_DOES,
    # The contributor asked for the waiver.
    "POST /waivers/<int:pk>/approve/": DECIDERS_DO,
    "POST /waivers/<int:pk>/reject/": DECIDERS_DO,
    "POST /waivers/<int:pk>/withdraw/": AUTHOR_DOES,
    "GET /probes/": SIGNED_IN,
    "GET /probes/<int:pk>/": MEMBERS,
    "POST /probes/<int:pk>/run/": WORKERS_DO,
    "POST /probes/<int:pk>/detach/": PLANNERS_DO,
    "GET /items/<int:pk>/probe/": PLANNERS,
    "POST /items/<int:pk>/probe/": PLANNERS_DO,
    # Templates belong to all projects: whoever may change them in one, here the outsider, too.
    "GET /templates/": SIGNED_IN,
    "GET /templates/<str:slug>/": SIGNED_IN,
    "GET /templates/<str:slug>/export/": SIGNED_IN,
    "GET /templates/import/": EDITORS,
    "POST /templates/import/": EDITORS_DO,
    "POST /templates/<str:slug>/draft/": EDITORS_DO,
    "POST /templates/<str:slug>/rules/": EDITORS_DO,
    "POST /templates/<str:slug>/overlay/": EDITORS_DO,
    "POST /templates/<str:slug>/agree/": (
        #       a holder of the role is led to prove who they are, whichever project they hold it in
        "login  403      403    403     302    403     403     403   403          login"
    ),
    "GET /templates/new/": EDITORS,
    "POST /templates/new/": EDITORS_DO,
    "GET /templates/<str:slug>/edit/": EDITORS,
    "POST /templates/<str:slug>/edit/": EDITORS_DO,
    "POST /templates/<str:slug>/preview/": EDITORS,
    "GET /templates/<str:slug>/probe/<path:key>/": EDITORS,
    "POST /templates/<str:slug>/probe/<path:key>/": EDITORS_DO,
    "GET /templates/<str:slug>/compare/": SIGNED_IN,
    "GET /templates/<str:slug>/publish/": EDITORS,
    "POST /templates/<str:slug>/publish/": EDITORS_DO,
    "POST /templates/<str:slug>/discard/": EDITORS_DO,
}

# Signing in and one's own account. Nobody's role matters here, and each sees only their own.
PAGES |= {
    "GET /accounts/login/": ENTRANCE,
    "POST /accounts/login/": ENTRANCE,
    "GET /accounts/signup/": ENTRANCE,  # says that it is closed
    "POST /accounts/signup/": ENTRANCE,
    "GET /accounts/logout/": SIGN_OUT,
    "POST /accounts/logout/": LEADS_ON,
    "GET /accounts/inactive/": PUBLIC,
    "GET /accounts/login/code/confirm/": LEADS_ON,
    "POST /accounts/login/code/confirm/": LEADS_ON,
    "GET /accounts/password/reset/": PUBLIC,
    "POST /accounts/password/reset/": PUBLIC,
    "GET /accounts/password/reset/done/": PUBLIC,
    "GET /accounts/password/reset/key/done/": PUBLIC,
    # A wrong key, which says so.
    r"GET /accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": PUBLIC,
    r"POST /accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": PUBLIC,
    "GET /accounts/confirm-email/": PUBLIC,
    r"GET /accounts/^confirm-email/(?P<key>[-:\w]+)/$": PUBLIC,
    r"POST /accounts/^confirm-email/(?P<key>[-:\w]+)/$": NO_KEY,
    "GET /accounts/reauthenticate/": SIGNED_IN,
    "POST /accounts/reauthenticate/": SIGNED_IN,
    "GET /accounts/email/": SIGNED_IN,
    "POST /accounts/email/": OWN_LEADS_ON,
    "GET /accounts/password/change/": SIGNED_IN,
    "POST /accounts/password/change/": SIGNED_IN,
    "GET /accounts/password/set/": OWN_LEADS_ON,
    "POST /accounts/password/set/": OWN_LEADS_ON,
    "GET /accounts/sessions/": SIGNED_IN,
    "POST /accounts/sessions/": OWN_LEADS_ON,
    "GET /accounts/2fa/": SIGNED_IN,
    "GET /accounts/2fa/authenticate/": LEADS_ON,
    "POST /accounts/2fa/authenticate/": LEADS_ON,
    "GET /accounts/2fa/reauthenticate/": OWN_LEADS_ON,
    "POST /accounts/2fa/reauthenticate/": OWN_LEADS_ON,
    "GET /accounts/2fa/totp/activate/": OWN_LEADS_ON,
    "POST /accounts/2fa/totp/activate/": OWN_LEADS_ON,
    "GET /accounts/2fa/totp/deactivate/": NO_FACTOR,
    "POST /accounts/2fa/totp/deactivate/": NO_FACTOR,
    "GET /accounts/2fa/recovery-codes/": NO_FACTOR,
    "GET /accounts/2fa/recovery-codes/generate/": OWN_LEADS_ON,
    "POST /accounts/2fa/recovery-codes/generate/": OWN_LEADS_ON,
    "GET /accounts/2fa/recovery-codes/download/": NO_FACTOR,
    "POST /accounts/2fa/recovery-codes/download/": NO_FACTOR,
}

TOKENS = [
    "none",
    "wrong",
    "expired",
    "revoked",
    "deactivated",
    "outsider",
    "elsewhere",
    "viewer",
    "contributor",
    "holder",
    "manager",
    "auditor",
    "owner",
    "narrow",
    "blind",
]

# All tokens have every scope, but `narrow` (only read) and `blind` (all but read), both a release
# manager's. `elsewhere` is a token of the release manager in another project.
#              none           revoked outsider viewer  holder  auditor narrow
#                  wrong expired  deact. elsewhere contrib. manager owner  blind
TOKEN_READS = "401 401 401 401 401 404 404 200 200 200 200 200 200 200 403"
TOKEN_DECISION = "401 401 401 401 401 404 404 409 409 409 409 409 409 409 403"  # no-go is 409
TOKEN_WORKS = "401 401 401 401 401 404 404 403 200 200 200 403 200 403 200"
TOKEN_ADDS = "401 401 401 401 401 404 404 403 201 201 201 403 201 403 201"
TOKEN_PLANS = "401 401 401 401 401 404 404 403 403 403 200 403 200 403 200"
TOKEN_OPENS = "401 401 401 401 401 404 404 403 403 403 201 403 201 403 201"
TOKEN_ENDS = "401 401 401 401 401 404 404 403 403 403 200 403 403 403 200"
TOKEN_GATED = "401 401 401 401 401 404 404 403 403 403 409 403 403 403 409"
# Templates belong to all projects: the outsider has a role elsewhere, and `elsewhere` has none.
TOKEN_READS_ALL = "401 401 401 401 401 200 404 200 200 200 200 200 200 200 403"
TOKEN_EDITS = "401 401 401 401 401 201 403 403 403 403 201 403 201 403 201"
NO_TOKEN = "401 401 401 401 401 404 404 403 403 403 403 403 403 403 403"
ANY_TOKEN = "200 200 200 200 200 200 200 200 200 200 200 200 200 200 200"

API = {
    "GET /api/v1/openapi.json": ANY_TOKEN,
    "GET /api/v1/projects/{project}/releases": TOKEN_READS,
    "POST /api/v1/projects/{project}/releases": TOKEN_OPENS,
    "GET /api/v1/releases/{release_id}": TOKEN_READS,
    "GET /api/v1/releases/{release_id}/items": TOKEN_READS,
    "GET /api/v1/releases/{release_id}/events": TOKEN_READS,
    "GET /api/v1/releases/{release_id}/decision": TOKEN_DECISION,
    "POST /api/v1/releases/{release_id}/target": TOKEN_PLANS,
    "POST /api/v1/releases/{release_id}/deploy": TOKEN_GATED,
    "POST /api/v1/releases/{release_id}/close": TOKEN_GATED,
    "POST /api/v1/releases/{release_id}/abort": TOKEN_ENDS,
    "POST /api/v1/releases/{release_id}/roll-back": TOKEN_GATED,
    "POST /api/v1/releases/{release_id}/items": TOKEN_OPENS,
    "POST /api/v1/items/{item_id}/remove": TOKEN_PLANS,
    "POST /api/v1/items/{item_id}/start": TOKEN_WORKS,
    "POST /api/v1/items/{item_id}/tick": TOKEN_WORKS,
    "POST /api/v1/items/{item_id}/untick": TOKEN_WORKS,
    "POST /api/v1/items/{item_id}/not-applicable": TOKEN_WORKS,
    "POST /api/v1/items/{item_id}/reopen": TOKEN_WORKS,
    "POST /api/v1/items/{item_id}/assign": TOKEN_WORKS,
    "POST /api/v1/items/{item_id}/comment": TOKEN_WORKS,
    "GET /api/v1/items/{item_id}/evidence": TOKEN_READS,
    "POST /api/v1/items/{item_id}/evidence": TOKEN_ADDS,
    "GET /api/v1/templates/{slug}": TOKEN_READS_ALL,
    "POST /api/v1/templates": TOKEN_EDITS,
    # People ask for waivers and decide them; no token may.
    "POST /api/v1/items/{item_id}/waivers": NO_TOKEN,
    "POST /api/v1/waivers/{waiver_id}/approve": NO_TOKEN,
    "POST /api/v1/waivers/{waiver_id}/reject": NO_TOKEN,
}
