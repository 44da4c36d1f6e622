"""The admin as a whole: who gets in, what its pages may not do, and that every model has one."""

import re

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.accounts.models import Member, User
from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.accounts.walls import is_tenant
from helpdesk.administration.base import CappedPaginator
from helpdesk.audit.models import AuditEvent
from helpdesk.security import POLICY

pytestmark = pytest.mark.django_db

OURS = [model for model in apps.get_models() if is_tenant(model)] + [User, apps.get_model("accounts.Workspace")]


@pytest.fixture
def staff(client):
    user = User.objects.create_user("staff@installation.example", "a long enough password", is_staff=True)
    client.force_login(user)
    return client


def list_url(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def detail_url(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_every_model_of_ours_is_registered():
    assert set(OURS) <= set(site._registry)


def test_nobody_but_staff_gets_in(client, owner):
    assert client.get("/admin/").status_code == 302
    assert reverse("account_login") in client.get("/admin/login/?next=/admin/").url
    client.force_login(owner.user)

    for address in ("/admin/", "/admin/login/", list_url(Member), "/admin/nowhere/"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("model", [*OURS, ProcrastinateJob], ids=lambda model: model.__name__)
def test_every_list_can_be_seen_searched_and_filtered(staff, owner, outsider, model):
    for query in ("", "?q=7", "?q=some%20words", "?q=99999999999999999999"):
        assert staff.get(list_url(model) + query).status_code == 200
    if is_tenant(model):
        for slug in ("eagle", "nowhere", "%00"):
            assert staff.get(f"{list_url(model)}?workspace={slug}").status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nothing_is_added_or_deleted_here(staff, owner, model):
    with system_scope("the test looks for a row"):
        row = model._default_manager.first()

    assert staff.get(f"{list_url(model)}add/").status_code == 403
    if row is not None:
        assert staff.get(detail_url(row)).status_code == 200
        assert staff.post(detail_url(row).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_a_page_shows_the_rows_of_all_workspaces_and_nothing_leaks_out_of_its_scope(staff, owner, outsider):
    page = staff.get(list_url(Member)).content.decode()

    assert owner.user.name in page
    assert outsider.user.name in page
    assert not Member.objects.exists()


def test_the_strict_policy_holds_and_the_pages_need_no_other(staff, owner):
    for address in ("/admin/", list_url(Member), detail_url(owner), detail_url(owner.user), list_url(AuditEvent)):
        answer = staff.get(address)

        assert answer.headers["Content-Security-Policy"] == POLICY
        assert not re.search(rb"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", answer.content)


def test_a_password_is_never_shown_and_staff_are_not_made_here(staff, owner):
    page = staff.get(detail_url(owner.user)).content.decode()

    assert owner.user.password not in page
    staff.post(detail_url(owner.user), {"name": "Oki O.", "language": "id", "is_active": "on", "is_staff": "on"})
    owner.user.refresh_from_db()
    assert (owner.user.name, owner.user.language, owner.user.is_staff) == ("Oki O.", "id", False)


def test_roles_change_by_the_rules(staff, owner, agent):
    def act(name, *members):
        form = {"action": name, "_selected_action": [member.pk for member in members]}
        return staff.post(list_url(Member), form, follow=True).content.decode()

    assert "last owner" in act("make_agent", owner)
    assert "Done for 2 rows" in act("make_owner", owner, agent)
    assert "last owner" not in act("remove", owner)

    with workspace_scope(owner.workspace):
        assert Member.objects.active().get() == agent
        kinds = list(AuditEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["member.role_changed", "member.removed"]


def test_counting_stops(owner, agent, colleague, monkeypatch):
    monkeypatch.setattr("helpdesk.administration.base.MOST_ROWS", 2)

    with workspace_scope(owner.workspace):
        assert CappedPaginator(Member.objects.order_by("pk"), 50).count == 2


def test_jobs_that_were_given_up_can_be_tried_again(staff):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', 'a.task', 'failed'), ('default', 'another.task', 'todo') RETURNING id"
        )
        failed, waiting = (pk for (pk,) in cursor.fetchall())
    form = {"action": "retry", "_selected_action": [failed, waiting]}

    page = staff.post(list_url(ProcrastinateJob), form, follow=True).content.decode()

    assert ("Done for 1 row." in page, "Only a job that was given up" in page) == (True, True)
    assert ProcrastinateJob.objects.get(pk=failed).status == "todo"
