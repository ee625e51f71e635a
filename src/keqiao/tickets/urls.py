"""Addresses beyond the resources' own."""

from django.urls import path

from keqiao.tickets.letters import views as letters
from keqiao.tickets.views import assessing, reception, repeats, rules

urlpatterns = [
    path("tickets/from-reception/<int:pk>/", reception.from_reception, name="ticket-from-reception"),
    path("tickets/alike/", repeats.while_entering, name="tickets-alike"),
    path("tickets/<int:pk>/alike/", repeats.of_ticket, name="ticket-alike"),
    path("tickets/<int:pk>/severity/", assessing.suggested, name="ticket-severity"),
    path("tickets/<int:pk>/letters/", letters.of_ticket, name="letters-of-ticket"),
    path("letters/<int:pk>/print/<slug:kind>/", letters.file, name="letter-file"),
    path("ticket-rules/current/", rules.current, name="ticket-rules-current"),
    path("ticket-rules/begin/", rules.begin, name="ticket-rules-begin"),
    path("ticket-rules/<int:pk>/new/<slug:kind>/", rules.add, name="ticket-rule-new"),
    path("ticket-rules/<int:pk>/trial/", rules.trial, name="ticket-rules-trial"),
    path("ticket-rules/rows/<int:pk>/", rules.change, name="ticket-rule"),
    path("ticket-rules/rows/<int:pk>/<slug:way>/", rules.move, name="ticket-rule-move"),
    # where deadlines and limits were kept before they had versions
    path("deadlines/", rules.current, {"tab": "deadlines"}, name="deadlines-before"),
    path("ticket-settings/", rules.current, {"tab": "limits"}, name="ticket-settings-before"),
]
