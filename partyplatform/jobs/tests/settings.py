"""Settings of the worker processes that tests start: the ground alone, the test's own jobs, and less patience."""

from partyplatform.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "partyplatform.audit",
    "partyplatform.jobs",
    "partyplatform.ui",
    "partyplatform.jobs.tests",
]
JOB_LEASE_SECONDS = 3
JOB_GRACE_SECONDS = 1
