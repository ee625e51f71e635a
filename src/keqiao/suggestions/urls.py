from django.urls import path

from keqiao.suggestions import views

urlpatterns = [
    path("suggestions/figures/", views.figures_page, name="suggestion-figures"),
    path("suggestions/of/<str:kind>/<int:pk>/", views.of_record, name="suggestions-of"),
]
