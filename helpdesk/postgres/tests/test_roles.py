"""What each role may do, and that preparing twice changes nothing."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from helpdesk.postgres import roles
from helpdesk.postgres.tests.conftest import ask


@pytest.fixture(scope="module")
def table(running):
    ask(running.owner_url(), "CREATE TABLE thing (id bigserial PRIMARY KEY, name text)")
    ask(running.owner_url(), "CREATE FUNCTION double(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2'")
    return "thing"


def test_neither_role_is_special(running):
    special = ask(
        running.superuser_url(),
        "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'helpdesk%' "
        "AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)",
    )

    assert special == 0


def test_the_owner_owns_the_database_and_its_schema(running):
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'helpdesk'"

    assert ask(running.owner_url(), owner) == "helpdesk_owner"
    assert ask(running.owner_url(), "SELECT 'public'::regnamespace::oid::regnamespace::text") == "public"
    schema = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'"
    assert ask(running.owner_url(), schema) == "helpdesk_owner"


def test_the_application_reads_and_writes_what_the_owner_makes(running, table):
    assert ask(running.app_url(), "INSERT INTO thing (name) VALUES ('a') RETURNING name") == "a"
    assert ask(running.app_url(), "UPDATE thing SET name = 'b' RETURNING name") == "b"
    assert ask(running.app_url(), "SELECT double(21)") == 42
    assert ask(running.app_url(), "DELETE FROM thing RETURNING name") == "b"


@pytest.mark.parametrize(
    "forbidden",
    [
        "TRUNCATE thing",
        "ALTER TABLE thing ADD other int",
        "DROP TABLE thing",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "SET ROLE helpdesk_owner",
        "COPY thing TO PROGRAM 'true'",
    ],
)
def test_the_application_may_not(running, table, forbidden):
    with psycopg.connect(running.app_url(), autocommit=True) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(forbidden)


@pytest.mark.parametrize("extension", roles.EXTENSIONS)
def test_the_extensions_are_there(running, extension):
    assert ask(running.app_url(), f"SELECT extname FROM pg_extension WHERE extname = '{extension}'") == extension


def test_preparing_again_changes_nothing(running):
    privileges = "SELECT string_agg(defaclacl::text, ' ' ORDER BY oid) FROM pg_default_acl"
    before = ask(running.superuser_url("helpdesk"), privileges)

    roles.prepare(running.superuser_url())

    assert ask(running.superuser_url("helpdesk"), privileges) == before


def test_a_password_reaches_the_server_hashed(running):
    roles.prepare(running.superuser_url(), passwords={roles.APP: "correct horse"})

    stored = str(ask(running.superuser_url(), "SELECT rolpassword FROM pg_authid WHERE rolname = 'helpdesk_app'"))
    assert stored.startswith("SCRAM-SHA-256$")


def test_a_copy_made_for_tests_is_prepared_too(running):
    ask(running.owner_url("postgres"), "CREATE DATABASE test_made TEMPLATE helpdesk")
    ask(running.owner_url("test_made"), "CREATE TABLE copied (id int)")

    assert ask(running.app_url("test_made"), "SELECT count(*) FROM copied") == 0
    with psycopg.connect(running.app_url("test_made")) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("TRUNCATE copied")


def test_the_script_for_psql_has_every_statement():
    lines = roles.script().splitlines()

    for statement in (*roles.role_statements(), *roles.privilege_statements()):
        assert f"{statement};" in lines
