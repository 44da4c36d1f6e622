"""Every statement of live updates, for Django's connection and for the stream's own alike.

An event is new to a reader when the transaction that wrote it was not visible in the reader's snapshot. The first
comparison of each pair below is implied by the second; it is there because an index can answer it.
"""

ADD_ONCE = """
INSERT INTO realtime_event (workspace_id, kind, subject_id, part_id)
SELECT %(workspace)s, %(kind)s::varchar, %(subject)s, %(part)s::bigint
WHERE NOT EXISTS (
    SELECT FROM realtime_event
    WHERE workspace_id = %(workspace)s AND transaction = pg_current_xact_id()
      AND kind = %(kind)s::varchar AND subject_id = %(subject)s AND part_id IS NOT DISTINCT FROM %(part)s::bigint
)
"""

NOW = "SELECT pg_current_snapshot()::text"

BETWEEN = """
SELECT kind, subject_id, part_id, created_at < now() - %(retention)s AS is_old
FROM realtime_event
WHERE workspace_id = %(workspace)s
  AND transaction >= pg_snapshot_xmin(%(cursor)s::pg_snapshot)
  AND NOT pg_visible_in_snapshot(transaction, %(cursor)s::pg_snapshot)
  AND pg_visible_in_snapshot(transaction, %(until)s::pg_snapshot)
ORDER BY transaction, id
LIMIT %(limit)s
"""

# One statement sees one snapshot: the rows are exactly what the returned snapshot adds to the one given.
NEWS = """
SELECT moment.snapshot::text, event.workspace_id, event.kind, event.subject_id, event.part_id
FROM (SELECT pg_current_snapshot() AS snapshot) AS moment
LEFT JOIN LATERAL (
    SELECT workspace_id, kind, subject_id, part_id
    FROM realtime_event
    WHERE transaction >= pg_snapshot_xmin(%(cursor)s::pg_snapshot)
      AND NOT pg_visible_in_snapshot(transaction, %(cursor)s::pg_snapshot)
      AND pg_visible_in_snapshot(transaction, moment.snapshot)
    ORDER BY transaction, id
    LIMIT %(limit)s
) AS event ON true
"""

# The newest old transaction of each workspace stays: it is what an expired cursor is recognised by.
# Rows from the future came with a dump of another database and mean nothing here.
PURGE = """
WITH newest_old AS MATERIALIZED (
    SELECT DISTINCT ON (workspace_id) workspace_id, transaction
    FROM realtime_event
    WHERE created_at < now() - %(retention)s AND transaction < pg_snapshot_xmax(pg_current_snapshot())
    ORDER BY workspace_id, transaction DESC
)
DELETE FROM realtime_event WHERE id IN (
    SELECT event.id
    FROM realtime_event AS event LEFT JOIN newest_old USING (workspace_id)
    WHERE event.transaction < newest_old.transaction AND event.created_at < now() - %(retention)s
       OR event.transaction >= pg_snapshot_xmax(pg_current_snapshot())
    LIMIT %(limit)s
)
"""

SESSION = "SELECT session_data FROM django_session WHERE session_key = %(session)s AND expire_date > now()"

PERSON = """
SELECT person.password, member.id, member.workspace_id, member.role
FROM accounts_user AS person
LEFT JOIN (
    accounts_member AS member JOIN accounts_workspace AS workspace
    ON workspace.id = member.workspace_id AND workspace.slug = %(workspace)s
) ON member.user_id = person.id AND member.removed_at IS NULL
WHERE person.id = %(user)s AND person.is_active
"""

STILL_WELCOME = """
SELECT open.session, member.id, member.role, person.password
FROM unnest(%(sessions)s::text[], %(members)s::bigint[]) AS open (session, member)
JOIN django_session AS session ON session.session_key = open.session AND session.expire_date > now()
JOIN accounts_member AS member ON member.id = open.member AND member.removed_at IS NULL
JOIN accounts_user AS person ON person.id = member.user_id AND person.is_active
"""
