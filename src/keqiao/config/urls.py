"""All addresses: resources by their declaration, the rest by the apps' own lists."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from keqiao.config.api import PREFIX, api
from keqiao.config.apidocs import api_docs
from keqiao.config.errors import handler400, handler403, handler404
from keqiao.config.resolving import ByFirstWord
from keqiao.exports.views import export_page
from keqiao.kernel.resource import resources
from keqiao.kernel.resource.urls import urls

__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]

set_language.login_required = False  # type: ignore[attr-defined]

api_addresses, api_app, api_space = api.urls
pages: list[URLPattern | URLResolver] = [
    path("api/docs/", api_docs, name="api-docs"),
    path(PREFIX, ([ByFirstWord(api_addresses)], api_app, api_space)),
    path("language/", set_language, name="set_language"),
    path("", include("keqiao.workspace.urls")),
    path("", include("keqiao.org.urls")),
    path("", include("keqiao.audit.urls")),
    path("", include("keqiao.search.urls")),
    path("", include("keqiao.notices.urls")),
    path("", include("keqiao.files.urls")),
    path("", include("keqiao.approvals.urls")),
    path("", include("keqiao.staffing.urls")),
    path("", include("keqiao.exports.urls")),
    path("", include("keqiao.webhooks.urls")),
    path("", include("keqiao.lists.urls")),
    path("calendar/", include("keqiao.calendars.urls")),
    path("", include("keqiao.customers.urls")),
    path("", include("keqiao.reception.urls")),
    path("", include("keqiao.services.urls")),
    path("", include("keqiao.care.urls")),
    path("", include("keqiao.tickets.urls")),
    path("", include("keqiao.badrecords.urls")),
    path("", include("keqiao.visits.urls")),
    path("", include("keqiao.surveys.urls")),
    path("", include("keqiao.suggestions.urls")),
    path("", include("keqiao.reports.urls")),
    *(urls(resource, export_page) for resource in resources()),
]
if settings.BENCH:
    pages.append(path("", include("keqiao.config.bench.bare")))
urlpatterns = [ByFirstWord(pages)]
