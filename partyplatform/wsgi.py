"""The entry point for gunicorn. A page waits for one statement of the database at most 9 s, a worker longer."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partyplatform.settings")
os.environ.setdefault("STATEMENT_SECONDS", "9")

application = get_wsgi_application()
