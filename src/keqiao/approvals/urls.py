from django.urls import path

from keqiao.approvals import views

urlpatterns = [
    path("approval-flows/<int:pk>/steps/new/", views.add_step, name="approval-step-new"),
    path("approval-flows/steps/<int:pk>/", views.change_step, name="approval-step"),
    path("approval-flows/steps/<int:pk>/<slug:way>/", views.move_step, name="approval-step-move"),
]
