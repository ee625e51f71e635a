from django.urls import path

from keqiao.customers import views
from keqiao.customers.duplicates import views as duplicates
from keqiao.customers.imports import views as imports
from keqiao.customers.merging import views as merging
from keqiao.customers.pool import picking
from keqiao.customers.pool import views as pool
from keqiao.customers.privacy import consent_views as consenting
from keqiao.customers.privacy import request_views as requesting
from keqiao.customers.privacy import views as privacy
from keqiao.customers.segments import views as segments

urlpatterns = [
    path("customers/reveal-more/", privacy.more_page, name="customer-reveal-more"),
    path("customers/check/", duplicates.check, name="customer-check"),
    path("customers/<int:pk>/timeline/", views.timeline_part, name="customer-timeline"),
    path("customers/<int:pk>/points/<int:point>/reveal/", views.reveal_page, name="customer-reveal"),
    path("customers/<int:pk>/points/<int:point>/remove/", views.remove_point, name="customer-point-remove"),
    path("customers/<int:pk>/points/<int:point>/primary/", views.primary_point, name="customer-point-primary"),
    path(
        "customers/<int:pk>/identities/<int:part>/reveal/", views.reveal_identity_page, name="customer-identity-reveal"
    ),
    path("customers/<int:pk>/addresses/<int:part>/reveal/", views.reveal_address_page, name="customer-address-reveal"),
    path("customers/<int:pk>/birthday/reveal/", views.reveal_birthday_page, name="customer-birthday-reveal"),
    path("customers/<int:pk>/consent-link/", consenting.link_page, name="consent-link"),
    path("privacy-requests/<int:pk>/copy/", requesting.copy, name="privacy-copy"),
    path("privacy-requests/<int:pk>/plan/", requesting.plan_page, name="privacy-plan"),
    path("privacy/breach/", requesting.breach_page, name="breach"),
    path("c/<str:token>/", consenting.choose_page, name="consent-choose"),
    path("c/<str:token>/unsubscribe/", consenting.one_click, name="consent-unsubscribe"),
    path("customers/today/", views.today_page, name="customers-today"),
    path("customers/divisions/", views.divisions_part, name="customer-divisions"),
    path("customers/names/", views.names_part, name="customer-names"),
    path("customers/<int:pk>/parts/<slug:kind>/<int:part>/edit/", views.change_part, name="customer-part-edit"),
    path("customers/<int:pk>/parts/<slug:kind>/<int:part>/remove/", views.remove_part, name="customer-part-remove"),
    path("customers/imports/", imports.batches_page, name="customer-imports"),
    path("customers/imports/new/", imports.upload_page, name="customer-import-new"),
    path("customers/imports/empty.xlsx", imports.sample_file, name="customer-import-sample"),
    path("customers/imports/<int:pk>/", imports.batch_page, name="customer-import"),
    path("customers/imports/<int:pk>/progress/", imports.progress_part, name="customer-import-progress"),
    path("customers/imports/<int:pk>/refused/", imports.refused_file, name="customer-import-refused"),
    path("customers/imports/<int:pk>/undo/", imports.undo_page, name="customer-import-undo"),
    path("customers/<int:pk>/merge/", merging.choose_page, name="customer-merge-choose"),
    path("customers/<int:pk>/merge/<int:other>/", merging.merge_page, name="customer-merge"),
    path("customers/<int:pk>/duplicates/", duplicates.card_part, name="customer-duplicates"),
    path("duplicates/start/", duplicates.start_page, name="duplicates-start"),
    path("duplicates/progress/", duplicates.progress_part, name="duplicates-progress"),
    path("duplicates/next/", duplicates.next_page, name="duplicate-next"),
    path("duplicates/<int:pk>/", duplicates.pair_page, name="duplicate-pair"),
    path("customers/analysis/", segments.analysis_page, name="customer-analysis"),
    path("customers/<int:pk>/belonging/", pool.belonging_part, name="customer-belonging"),
    path("pool/bulk/", picking.pick_many, name="pool-pick-many"),
    path("share-outs/<int:pk>/progress/", pool.progress_part, name="share-out-progress"),
    path("stage-rules/run/", segments.sort_now, name="stage-rules-run"),
]
