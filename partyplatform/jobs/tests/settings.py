"""Settings of the worker processes that tests start: the test's own kinds of jobs, and less patience."""

from partyplatform.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "partyplatform.jobs.tests"]  # noqa: F405
JOB_LEASE_SECONDS = 3
JOB_GRACE_SECONDS = 1
