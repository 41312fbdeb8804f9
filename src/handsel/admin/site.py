"""The site: for staff who came in by our own sign-in, with its limits and second step."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from handsel.queries import health


class Site(admin.AdminSite):
    site_title = site_header = "Handsel"
    index_title = _("For who runs this book")
    site_url = "/"
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Who is signed out signs in on our own page; for everybody else who is no staff there is nothing here."""
        inside = super().admin_view(view, cacheable)

        def looked_at(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return inside(request, *args, **kwargs)

        return looked_at

    def get_urls(self) -> list[URLPattern]:
        """The front page, how it stands, and the tables. Signing in and out and passwords are not doubled here."""
        pages = [
            path("", self.admin_view(self.index), name="index"),
            path("status/", self.admin_view(self.status), name="status"),
            re_path(r"^(?P<app_label>handsel)/$", self.admin_view(self._to_the_front), name="app_list"),
        ]
        for model, table in self._registry.items():
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            at = f"handsel/{model._meta.model_name}/"
            pages += [
                path(at, self.admin_view(table.changelist_view), name=f"{name}_changelist"),
                path(f"{at}<path:object_id>/", self.admin_view(table.change_view), name=f"{name}_change"),
            ]
        return pages

    def status(self, request: HttpRequest) -> HttpResponse:
        """When the worker's duties were last done, and what is in their way."""
        found = health.status(timezone.now())
        context = {**self.each_context(request), "title": _("Status"), "status": found}
        return TemplateResponse(request, "admin/status.html", context)

    def _to_the_front(self, request: HttpRequest, app_label: str) -> HttpResponse:
        """Django's pages link to a list of one app's tables, and there is only one app."""
        return redirect("admin:index")


site = Site(name="admin")
