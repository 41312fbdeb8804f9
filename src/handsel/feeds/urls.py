"""The one address: the secret is a part of it, since calendar apps can send nothing else."""

from django.urls import path

from handsel.feeds import calendar

app_name = "feeds"

urlpatterns = [
    path("feeds/<str:secret>.ics", calendar.feed, name="calendar"),
]
