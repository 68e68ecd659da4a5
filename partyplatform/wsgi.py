"""The entry point for gunicorn.

A page waits for one statement of the database at most 8 s, and 9 s for a database that has stopped answering; a job of
the worker, and the tools of the operator, wait longer.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partyplatform.settings")
os.environ.setdefault("STATEMENT_SECONDS", "8")
os.environ.setdefault("SILENCE_SECONDS", "9")

application = get_wsgi_application()
