"""The addresses of the yardsticks."""

from django.urls import path

from bench.yardsticks import views

urlpatterns = [
    path("healthz", views.healthz),
    path("page/", views.page),
    path("table/", views.table),
    path("toggle/<int:row_id>/", views.toggle),
    path("api/", views.api.urls),
]
