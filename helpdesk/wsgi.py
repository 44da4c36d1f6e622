"""Pages and the API, for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
application = get_wsgi_application()

from helpdesk.postgres_role import refuse_privileged_role  # noqa: E402 -- needs the applications

refuse_privileged_role()
