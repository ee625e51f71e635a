from django.urls import path

from keqiao.reception import views

urlpatterns = [
    path("reception/matches/", views.matches_part, name="reception-matches"),
    path("reception/ledger/", views.ledger_page, name="reception-ledger"),
    path("reception/ledger/<slug:kind>/", views.ledger_file, name="reception-ledger-file"),
]
