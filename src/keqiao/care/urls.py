from django.urls import path

from keqiao.care import views
from keqiao.care.losses import views as losses

urlpatterns = [
    path("losses/analysis/", losses.analysis_page, name="loss-analysis"),
    path("customers/<int:pk>/losses/", losses.of_customer, name="customer-losses"),
    path("care/next/", views.next_one, name="care-next"),
    path("care/results/", views.results, name="care-results"),
    path("care/<int:pk>/record/", views.record, name="care-record"),
]
