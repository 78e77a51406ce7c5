"""Every address below the root; each view's name is its URL's name."""

from django.urls import URLPattern, URLResolver, include, path

from checklists import urls_access
from checklists.views import (
    bulk,
    carrying,
    evidence,
    filling,
    history,
    insights,
    items,
    meeting,
    new_release,
    one_off,
    probes,
    release_filters,
    releases,
    searching,
    signoffs,
    template_editor,
    template_import,
    template_overlays,
    template_pages,
    template_probe,
    templates,
    upgrades,
    waivers,
    watching,
)

release_urls = [
    path("releases/<int:pk>/", releases.release_detail, name="release_detail"),
    path("releases/<int:pk>/deploy/", releases.release_deploy, name="release_deploy"),
    path("releases/<int:pk>/close/", releases.release_close, name="release_close"),
    path("releases/<int:pk>/abort/", releases.release_abort, name="release_abort"),
    path("releases/<int:pk>/roll-back/", releases.release_roll_back, name="release_roll_back"),
    path("releases/<int:pk>/target/", releases.release_set_target, name="release_set_target"),
    path("releases/<int:pk>/items/new/", one_off.release_item_new, name="release_item_new"),
    path("releases/<int:pk>/progress/", insights.release_progress, name="release_progress"),
    path("releases/<int:pk>/room/", meeting.release_room, name="release_room"),
    path("releases/<int:pk>/room/call/", meeting.release_call, name="release_call"),
    path("releases/<int:pk>/watch/", watching.release_watch, name="release_watch"),
    path("releases/<int:pk>/unwatch/", watching.release_unwatch, name="release_unwatch"),
    path("items/<int:pk>/remove/", one_off.item_remove, name="item_remove"),
    path("releases/<int:pk>/bulk/", bulk.release_bulk, name="release_bulk"),
    path("releases/<int:pk>/bulk/undo/", bulk.release_undo_bulk, name="release_undo_bulk"),
    path(
        "releases/<int:pk>/conditions/",
        release_filters.release_conditions,
        name="release_conditions",
    ),
    path("releases/<int:pk>/filter/", release_filters.release_filter, name="release_filter"),
    path(
        "releases/<int:pk>/filters/",
        release_filters.release_save_filter,
        name="release_save_filter",
    ),
    path(
        "releases/<int:pk>/filters/forget/",
        release_filters.release_forget_filter,
        name="release_forget_filter",
    ),
    path("search/", searching.search_page, name="search"),
    path("jump/", searching.jump, name="jump"),
    path("releases/<int:pk>/fill/", filling.release_fill, name="release_fill"),
    path("releases/<int:pk>/checklist/", filling.release_checklist, name="release_checklist"),
    path(
        "releases/<int:pk>/checklists/<str:key>/upgrade/",
        upgrades.release_upgrade,
        name="release_upgrade",
    ),
    path("releases/<int:pk>/carry/", carrying.release_carry, name="release_carry"),
    path("items/<int:pk>/", items.item_detail, name="item_detail"),
    path("items/<int:pk>/start/", items.item_start, name="item_start"),
    path("items/<int:pk>/tick/", items.item_tick, name="item_tick"),
    path("items/<int:pk>/untick/", items.item_untick, name="item_untick"),
    path("items/<int:pk>/not-applicable/", items.item_not_applicable, name="item_not_applicable"),
    path("items/<int:pk>/reopen/", items.item_reopen, name="item_reopen"),
    path("items/<int:pk>/assign/", items.item_assign, name="item_assign"),
    path("items/<int:pk>/due/", items.item_set_due, name="item_set_due"),
    path("items/<int:pk>/comment/", items.item_comment, name="item_comment"),
    path("items/<int:pk>/evidence/", evidence.item_add_evidence, name="item_add_evidence"),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<int:pk>/withdraw/", evidence.evidence_withdraw, name="evidence_withdraw"),
    path("items/<int:pk>/waivers/", waivers.item_request_waiver, name="item_request_waiver"),
    path("items/<int:pk>/undo/", items.item_undo, name="item_undo"),
    path("waivers/<int:pk>/approve/", waivers.waiver_approve, name="waiver_approve"),
    path("waivers/<int:pk>/reject/", waivers.waiver_reject, name="waiver_reject"),
    path("waivers/<int:pk>/withdraw/", waivers.waiver_withdraw, name="waiver_withdraw"),
]

signoff_urls = [
    path("projects/<slug:slug>/releases/new/", new_release.release_new, name="release_new"),
    path("releases/<int:pk>/history/", history.release_history, name="release_history"),
    path("releases/<int:pk>/sign-off/", signoffs.release_signoff, name="release_signoff"),
    path(
        "releases/<int:pk>/sign-off/withdraw/",
        signoffs.release_signoff_withdraw,
        name="release_signoff_withdraw",
    ),
]

template_urls = [
    path("templates/", templates.template_list, name="template_list"),
    path("templates/import/", template_import.template_import, name="template_import"),
    path("templates/new/", template_pages.template_new, name="template_new"),
    path("templates/<str:slug>/", templates.template_detail, name="template_detail"),
    path("templates/<str:slug>/export/", templates.template_export, name="template_export"),
    path(
        "templates/<str:slug>/overlay/",
        template_overlays.template_set_overlay,
        name="template_set_overlay",
    ),
    path(
        "templates/<str:slug>/agree/",
        template_overlays.template_approve_loosening,
        name="template_approve_loosening",
    ),
    path("templates/<str:slug>/rules/", templates.template_set_rules, name="template_set_rules"),
    path("templates/<str:slug>/edit/", template_editor.template_edit, name="template_edit"),
    path(
        "templates/<str:slug>/preview/", template_editor.template_preview, name="template_preview"
    ),
    path(
        "templates/<str:slug>/probe/<path:key>/",
        template_probe.template_probe,
        name="template_probe",
    ),
    path("templates/<str:slug>/compare/", template_pages.template_compare, name="template_compare"),
    path("templates/<str:slug>/publish/", template_pages.template_publish, name="template_publish"),
    path(
        "templates/<str:slug>/draft/", templates.template_start_draft, name="template_start_draft"
    ),
    path(
        "templates/<str:slug>/discard/",
        templates.template_discard_draft,
        name="template_discard_draft",
    ),
]

probe_urls = [
    path("probes/", probes.probe_list, name="probe_list"),
    path("probes/<int:pk>/", probes.probe_detail, name="probe_detail"),
    path("probes/<int:pk>/run/", probes.probe_run_now, name="probe_run_now"),
    path("probes/<int:pk>/detach/", probes.probe_detach, name="probe_detach"),
    path("items/<int:pk>/probe/", probes.item_probe, name="item_probe"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *release_urls,
    *urls_access.urlpatterns,
    *signoff_urls,
    *probe_urls,
    *template_urls,
    path("api/", include("checklists.api.urls")),
]
