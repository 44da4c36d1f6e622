"""`bin/dev`: starts the whole product on this machine."""

import argparse
import os
import sys
from pathlib import Path

from helpdesk.postgres.errors import PostgresError
from helpdesk.supervisor.development import Development, StartFailed
from helpdesk.supervisor.folder import DEFAULT_PORT, AlreadyRunning, DataFolder


def main(arguments: list[str]) -> None:
    """Run the product until somebody stops it."""
    parser = argparse.ArgumentParser(prog="bin/dev", description="Start the whole product on this machine.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="where the pages are (default: %(default)s)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where everything is stored (default: var)")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="start without demonstration data")
    chosen = parser.parse_args(arguments)
    own_database = bool(os.environ.get("DATABASE_URL"))
    try:
        Development(DataFolder(chosen.data), port=chosen.port, demo=chosen.demo, own_database=own_database).run()
    except (AlreadyRunning, PostgresError, StartFailed) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
