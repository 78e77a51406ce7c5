"""Addresses of the dashboard, of projects and people, and of the health checks."""

from django.urls import URLPattern, URLResolver, path

from checklists.views import (
    calendar,
    dashboard,
    health,
    insights,
    invitations,
    members,
    people,
    preferences,
    project_waivers,
    projects,
    roles,
    tokens,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("projects/", projects.project_list, name="project_list"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/<slug:slug>/", projects.project_detail, name="project_detail"),
    path("projects/<slug:slug>/insights/", insights.project_insights, name="project_insights"),
    path("projects/<slug:slug>/freezes/", calendar.project_freezes, name="project_freezes"),
    path(
        "projects/<slug:slug>/freezes/<int:pk>/remove/",
        calendar.freeze_remove,
        name="freeze_remove",
    ),
    path("projects/<slug:slug>/settings/", projects.project_settings, name="project_settings"),
    path("projects/<slug:slug>/waivers/", project_waivers.project_waivers, name="project_waivers"),
    path(
        "projects/<slug:slug>/waiver-budget/",
        project_waivers.project_set_waiver_budget,
        name="project_set_waiver_budget",
    ),
    path("projects/<slug:slug>/archive/", projects.project_archive, name="project_archive"),
    path("projects/<slug:slug>/restore/", projects.project_restore, name="project_restore"),
    path("projects/<slug:slug>/members/", members.project_members, name="project_members"),
    path(
        "projects/<slug:slug>/members/<int:pk>/role/",
        members.member_set_role,
        name="member_set_role",
    ),
    path(
        "projects/<slug:slug>/members/<int:pk>/remove/",
        members.member_remove,
        name="member_remove",
    ),
    path(
        "projects/<slug:slug>/invitations/<int:pk>/revoke/",
        members.invitation_revoke,
        name="invitation_revoke",
    ),
    path("projects/<slug:slug>/roles/", roles.project_roles, name="project_roles"),
    path(
        "projects/<slug:slug>/roles/<int:pk>/retire/",
        roles.signoff_role_retire,
        name="signoff_role_retire",
    ),
    path(
        "projects/<slug:slug>/roles/<int:pk>/holders/",
        roles.role_holder_add,
        name="role_holder_add",
    ),
    path(
        "projects/<slug:slug>/holders/<int:pk>/remove/",
        roles.role_holder_remove,
        name="role_holder_remove",
    ),
    path("projects/<slug:slug>/tokens/", tokens.project_tokens, name="project_tokens"),
    path("projects/<slug:slug>/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("calendar/", calendar.calendar_month, name="calendar_month"),
    path("calendar/feed/", calendar.calendar_feed_make, name="calendar_feed_make"),
    path("calendar/feed/close/", calendar.calendar_feed_close, name="calendar_feed_close"),
    path("calendar/feed/<str:secret>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("tokens/", tokens.token_list, name="token_list"),
    path("invitations/<str:secret>/", invitations.invitation_accept, name="invitation_accept"),
    path("people/", people.people_list, name="people_list"),
    path("people/me/", people.own_name, name="own_name"),
    path("people/me/language/", preferences.own_language, name="own_language"),
    path("language/", preferences.language_choose, name="language_choose"),
    path("people/<int:pk>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
]
