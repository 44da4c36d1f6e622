"""The one error of the launcher."""


class PostgresError(Exception):
    """PostgreSQL could not be started or stopped; the text is a sentence for the person at the terminal."""
