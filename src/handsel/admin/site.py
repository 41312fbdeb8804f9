"""The operator's site, for staff who came in by our own sign-in: enough of each table to answer "where is my family?",
and nothing of what families tell each other.

No notes, addresses, allergies, medications, messages, reasons or rates, and no hashes of secrets.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from handsel.observability import work
from handsel.queries import health
from handsel.rules.access_log import Noun, Thing
from handsel.rules.fields import known_address


class Site(admin.AdminSite):
    site_title = site_header = "Handsel"
    index_title = _("For the person who runs this Handsel")
    site_url = "/"
    enable_nav_sidebar = False

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a view: who is signed out signs in on our own page; for everybody else who is no staff there is nothing
        here.
        """
        admin_view = super().admin_view(view, cacheable)

        def staff_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            response = admin_view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.add_post_render_callback(_note_opened)
            return response

        return staff_view

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Return the addresses of the front page, how it stands, and the tables. Signing in and out and passwords are
        not doubled here.
        """
        pages: list[URLResolver | URLPattern] = [
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
        """Show when the worker's duties were last done, and what is in their way."""
        status = health.status(timezone.now())
        context = {**self.each_context(request), "title": _("Status"), "status": status}
        return TemplateResponse(request, "admin/status.html", context)

    def _to_the_front(self, request: HttpRequest, app_label: str) -> HttpResponse:
        """Redirect to the front page: Django's pages link to a list of one app's tables, and there is only one app."""
        return redirect("admin:index")


def _note_opened(response: Any) -> None:
    """Note whose rows an operator opened: of each family and each person that stand on the page."""
    context = response.context_data
    rows = [*context["cl"].result_list] if "cl" in context else [context.get("original")]
    for row in filter(None, rows):
        name = row._meta.model_name
        family_id = row.pk if name == "family" else getattr(row, "family_id", None)
        person_id = row.pk if name == "user" else getattr(row, "person_id", None)
        if family_id is not None:
            work.note_look(Thing.OPERATOR, Noun.FAMILY, family_id)
        elif person_id is not None:
            work.note_look(Thing.OPERATOR, Noun.PERSON, person_id)


site = Site(name="admin")


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # at run time it takes none
    """Nothing is added, changed or deleted here: that is what actions and commands are for."""

    actions = None
    change_form_template = "admin/row.html"
    list_per_page = 50
    show_full_result_count = False
    list_display_links: Any = None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow its own filters alone: to ask by any other column would read, bit by bit, what is not shown."""
        return lookup.removesuffix("__exact") in self.list_filter

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find an address by the form in which it is kept."""
        words = [known_address(word) if "@" in word else word for word in search_term.split()]
        return super().get_search_results(request, queryset, " ".join(words))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # the site lets staff in and nobody else

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _show(
    model: str, columns: str, *, search: Sequence[str] = (), order: Sequence[str] = ("-id",), by: str = ""
) -> None:
    """Register a table with the columns that are shown, in the list and on a row's own page."""
    shown = columns.split()
    table = apps.get_model("handsel", model)
    related = [name for name in shown if table._meta.get_field(name).is_relation]
    options = {
        "list_display": shown,
        "list_display_links": shown[:1],
        "list_select_related": related or False,
        "fields": shown,
        "search_fields": search,
        "ordering": order,
        "list_filter": by.split(),
    }
    site.register(table, type(f"{model}Table", (ReadOnly,), options))


_show(
    "User",
    "email name language time_zone is_active is_staff date_joined last_login",
    search=["email", "name"],
    by="is_active is_staff",
)
_show("Family", "name time_zone currency created_at", search=["name"])
_show("Member", "user family role is_founder joined_at removed_at", search=["user__email", "family__name"], by="role")
_show("Child", "first_name family archived_at version created_at", search=["family__name"])
_show("CareSchedule", "name family recurrence start_date end_date is_active created_at", search=["family__name"])
_show("CareSession", "scheduled_start scheduled_end family status is_confirmed", search=["family__name"], by="status")
_show("ChangeRequest", "family status asked_at answered_at", search=["family__name"])
_show("TimeOff", "family from_date to_date created_at", search=["family__name"])
_show("Expense", "family category date status created_at", search=["family__name"], by="status")
_show("IssuedDocument", "family number kind issued_at", search=["family__name"])
_show("PayItem", "family kind date created_at", search=["family__name"])
_show("Payment", "family method date created_at", search=["family__name"])
_show("Event", "at kind family by source", search=["family__name", "kind"], order=["-at", "-id"])
_show("Notice", "at kind person family read_at", search=["person__email"], order=["-at", "-id"])
_show(
    "Delivery",
    "due_at outcome attempts last_error next_at done_at",
    order=["-due_at", "-id"],
    by="outcome",
)
_show("Invitation", "email family role created_at expires_at accepted_at revoked_at", search=["email", "family__name"])
_show("CalendarAddress", "person family is_full created_at revoked_at last_used_at", search=["person__email"])
_show(
    "OutsideCalendar",
    "person created_at read_at last_error failures next_at",
    search=["person__email"],
    by="last_error",
)
_show("ApiToken", "person name scope created_at expires_at revoked_at last_used_at", search=["person__email"])
_show("Duty", "name since next_at done_at last_error", order=["name"])
