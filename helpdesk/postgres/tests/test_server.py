"""Starting, joining, stopping and surviving."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environ
import psycopg
import pytest

from helpdesk.postgres.errors import PostgresError
from helpdesk.postgres.process import wait_until
from helpdesk.postgres.server import Server
from helpdesk.postgres.tests.conftest import ask


def test_a_second_start_joins_the_running_server(server):
    server.start()
    other = Server(server.folder)

    other.start()

    assert other.pid == server.pid
    other.stop()


def test_the_last_one_out_stops_it(server):
    server.start()
    other = Server(server.folder)
    other.start()

    server.stop()

    assert other.is_running
    other.stop()
    assert not other.is_running


def test_starts_at_the_same_time_end_in_one_server(server):
    others = [Server(server.folder, durable=False) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Server.start, others))

    assert len({other.pid for other in others}) == 1
    for other in others:
        other.stop()
    assert not server.is_running


def test_it_is_found_from_another_process_that_died_without_stopping_it(server):
    program = f"""
import os, pathlib
from helpdesk.postgres.server import Server
Server(pathlib.Path({str(server.folder)!r})).start()
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", program], check=False)
    survivor = server.pid

    server.start()

    assert server.pid == survivor
    server.stop()
    assert not server.is_running


def test_committed_rows_survive_a_crash(folder):
    server = Server(folder / "postgres")
    server.start()
    ask(server.owner_url(), "CREATE TABLE kept AS SELECT 41 + 1 AS answer")

    server.kill()
    assert not server.is_running
    server.start()

    assert ask(server.app_url(), "SELECT answer FROM kept") == 42
    server.discard()


def test_a_crash_leaves_a_pid_file_that_now_names_another_program(server):
    server.start()
    server.kill()
    pid_file = server.folder / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    server.start()

    assert server.pid != os.getpid()


def test_a_killed_first_process_is_noticed(server):
    server.start()

    os.kill(server.pid, signal.SIGKILL)
    assert wait_until(lambda: not server.is_running, seconds=5)
    server.start()

    assert ask(server.app_url(), "SELECT 1") == 1


def test_an_interrupted_creation_is_begun_again(server):
    server.start()
    server.stop()
    (server.folder / "data").rename(server.folder / "unfinished")

    server.start()

    assert ask(server.app_url(), "SELECT 1") == 1


def test_a_very_long_folder_has_a_short_socket(folder):
    server = Server(folder / "postgres" / ("long" * 40), durable=False)
    server.start()
    sockets = Path(str(ask(server.superuser_url(), "SHOW unix_socket_directories")))

    assert ask(server.app_url(), "SELECT 1") == 1
    assert len(str(sockets)) < 40
    server.discard()
    assert not sockets.exists()


def test_a_server_that_is_not_running_has_no_address(server):
    with pytest.raises(PostgresError, match="is not running"):
        server.app_url()


def test_stopping_what_never_ran_does_nothing(server):
    server.stop()

    assert not server.folder.exists()


def test_data_of_another_version_is_refused_with_a_sentence(server):
    server.start()
    server.stop()
    (server.folder / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(PostgresError, match=r"made by PostgreSQL 9 and .* Set HELPDESK_PG_BIN"):
        server.start()


def test_what_postgres_says_when_it_fails_is_shown(server):
    server.start()
    server.stop()
    configuration = server.folder / "data" / "postgresql.conf"
    configuration.write_text("max_connections = many\n")

    with pytest.raises(PostgresError, match="max_connections"):
        server.start()


def test_there_is_no_network_port(running):
    assert ask(running.superuser_url(), "SHOW listen_addresses") == ""


def test_text_sorts_by_code_point_and_knows_letters(running):
    assert ask(running.app_url(), "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{b,é,A,a,B}'::text[]) x") == "ABabé"
    assert ask(running.app_url(), "SELECT lower('ÉŞ')") == "éş"


def test_the_address_is_read_alike_by_django_and_by_libpq(running):
    url = running.app_url("some")

    django = environ.Env.db_url_config(url)
    libpq = psycopg.conninfo.conninfo_to_dict(url)

    assert (django["NAME"], django["USER"]) == (libpq["dbname"], libpq["user"]) == ("some", "helpdesk_app")
    assert django["OPTIONS"] == {"host": libpq["host"], "port": 5432}
