"""The walls between workspaces hold only for a role that cannot step over them: others may not serve."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection


def refuse_privileged_role() -> None:
    """Stop the start when the database role is a superuser, ignores row-level security, or owns the tables."""
    if trouble := role_trouble():
        raise ImproperlyConfigured(f"DATABASE_URL must use the application role: {trouble}.")


def role_trouble() -> str:
    """Return in words why the connected role may not serve; empty when it may."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT rolname, rolsuper, rolbypassrls,
                   EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)
                   OR EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = pg_roles.oid)
            FROM pg_roles WHERE rolname = current_user
            """
        )
        name, is_superuser, bypasses, is_owner = cursor.fetchone()
    if is_superuser:
        return f"{name} is a superuser"
    if bypasses:
        return f"{name} may bypass row-level security"
    return f"{name} owns the database or its tables" if is_owner else ""
