from django.urls import path

from keqiao.staffing import views

urlpatterns = [
    path("work-transfers/held/<int:pk>/", views.held_part, name="work-held"),
    path("work-transfers/<int:pk>/paper/", views.transfer_paper_file, name="work-transfer-paper"),
    path("position-descriptions/<int:pk>/paper/", views.description_paper_file, name="description-paper"),
    path("position-descriptions/<int:pk>/compare/", views.compare_page, name="description-compare"),
    path("position-descriptions/of-position/<int:pk>/", views.versions_part, name="descriptions-of-position"),
    path("position-descriptions/of-employee/<int:pk>/", views.of_employee_part, name="descriptions-of-employee"),
]
