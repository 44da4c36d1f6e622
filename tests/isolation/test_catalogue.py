"""The database's own catalogue: every table classified, every wall standing; and the check sees a missing one."""

import pytest
from django.db import connection

from conftest import as_owner
from helpdesk.accounts.catalogue import GLOBAL_TABLES, tenant_tables, trouble
from helpdesk.postgres_role import role_trouble

pytestmark = pytest.mark.django_db(transaction=True)

PLANTED = [
    ("CREATE TABLE forgotten (id int)", "DROP TABLE forgotten", "table forgotten is not classified"),
    (
        "ALTER TABLE messaging_message DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE messaging_message ENABLE ROW LEVEL SECURITY",
        "row-level security of messaging_message is not forced",
    ),
    (
        "ALTER TABLE messaging_draft NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE messaging_draft FORCE ROW LEVEL SECURITY",
        "row-level security of messaging_draft is not forced",
    ),
    (
        "CREATE POLICY loose ON messaging_unread TO helpdesk_app USING (true)",
        "DROP POLICY loose ON messaging_unread",
        "the policies of messaging_unread are not the expected ones",
    ),
    (
        "GRANT TRUNCATE ON messaging_contact TO helpdesk_app",
        "REVOKE TRUNCATE ON messaging_contact FROM helpdesk_app",
        "the application role may TRUNCATE on messaging_contact",
    ),
    (
        "ALTER TABLE messaging_message DROP CONSTRAINT messaging_message_conversation_id_ws_fk",
        "ALTER TABLE messaging_message ADD CONSTRAINT messaging_message_conversation_id_ws_fk FOREIGN KEY"
        " (workspace_id, conversation_id) REFERENCES messaging_conversation (workspace_id, id)",
        "messaging_message.conversation_id may point into another workspace",
    ),
    (
        "CREATE UNIQUE INDEX leak ON messaging_contact (name)",
        "DROP INDEX leak",
        "unique index leak of messaging_contact has no workspace",
    ),
    (
        "CREATE VIEW everything AS SELECT * FROM messaging_message",
        "DROP VIEW everything",
        "view everything reads past row-level security",
    ),
    (
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM accounts_team'",
        "DROP FUNCTION peek()",
        "function peek runs as its owner",
    ),
]


def test_every_table_is_classified_and_walled():
    assert trouble() == []
    assert len(tenant_tables()) >= 16
    assert not tenant_tables() & GLOBAL_TABLES.keys()


def test_the_application_role_is_harmless():
    assert connection.settings_dict["USER"] == "helpdesk_app"
    assert role_trouble() == ""


@pytest.mark.parametrize(("bug", "mend", "sentence"), PLANTED, ids=[row[2] for row in PLANTED])
def test_a_missing_wall_is_seen(bug, mend, sentence):
    with as_owner() as owner:
        owner.execute(bug)
        try:
            lines = trouble()
        finally:
            owner.execute(mend)

    assert [line for line in lines if line.startswith(sentence)]
    assert trouble() == []
