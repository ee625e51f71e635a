"""The baseline: the same 25 rows through a plain Django view and a plain template, in the same process."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from keqiao.customers.models import Customer
from keqiao.tickets.models import Ticket

PAGE = Template(
    "<!doctype html><title>工单</title><table>{% for t in rows %}<tr><td>{{ t.number }}</td><td>{{ t.subject }}</td>"
    "<td>{{ t.get_stage_display }}</td><td>{{ t.get_severity_display }}</td><td>{{ t.customer.name }}</td>"
    "<td>{{ t.owner.name }}</td><td>{{ t.due_at }}</td></tr>{% endfor %}</table>"
)


@login_not_required
def tickets(request: HttpRequest) -> HttpResponse:
    """25 open tickets of one owner, due first."""
    rows = Ticket.objects.select_related("customer", "owner").filter(owner=int(request.GET["owner"]), open=True)
    return HttpResponse(PAGE.render(Context({"rows": rows.order_by("due_at", "pk")[:25]})))


@login_not_required
def customer(request: HttpRequest) -> HttpResponse:
    """The newest 25 tickets of all, as a plain page: what a customer page is held against."""
    rows = Ticket.objects.select_related("customer", "owner").order_by("-pk")[:25]
    Customer.objects.get(pk=request.GET["pk"])
    return HttpResponse(PAGE.render(Context({"rows": rows})))


urlpatterns = [path("bench/tickets/", tickets), path("bench/customer/", customer)]
