"""For load balancers and people: is this process up, and can it serve."""

from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from helpdesk.heartbeat import a_worker_is_alive


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Everything that a person's click needs is there; 503 names what is not."""
    try:
        found = {
            "database": True,
            "migrations": not _unapplied_migrations(),
            "worker": a_worker_is_alive(),
            "storage": _storage_answers(),
        }
    except DatabaseError:
        found = {"database": False}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _storage_answers() -> bool:
    try:
        default_storage.exists("readyz")
    except Exception:
        return False
    return True
