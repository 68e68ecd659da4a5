"""The server behind nginx, on loopback: the ordinary entrance and, through nginx, the one for certificates.

    gunicorn -c deploy/gunicorn/portal.py partyplatform.wsgi:application

HUP starts new processes and lets the old ones end what they are at; TERM ends without cutting an answer off.
"""

import os

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))  # about the number of processors
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))  # each holds one connection to the database
control_socket_disable = True
timeout = 60  # of a process that gives no sign of life; a request has its own limits
graceful_timeout = 60  # what TERM and HUP leave to requests that run
keepalive = 75  # longer than nginx keeps a connection idle, so that it never writes into a closed one
worker_tmp_dir = "/dev/shm"  # the sign of life must not wait for a busy disk
loglevel = "warning"
