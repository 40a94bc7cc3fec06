"""gunicorn's settings. Its own command line and environment (WEB_CONCURRENCY) win over these."""

import multiprocessing
import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

if "WEB_CONCURRENCY" not in os.environ:
    workers = min(multiprocessing.cpu_count() + 1, 8)
# Stored pages are answered in its event loop; Django works in WEB_THREADS threads behind it.
worker_class = "config.worker.Worker"
# Per worker. Further connections get 503 now rather than failing when file descriptors run out.
worker_connections = 800
timeout = 30
graceful_timeout = 20
keepalive = 5
# A worker's heartbeat file on a slow disk can block it long enough to be killed.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Nothing here is steered through it.
control_socket_disable = True
# Otherwise gunicorn believes what anybody on this machine says of the scheme. Django reads that
# header where BEHIND_PROXY says that a proxy sets it.
secure_scheme_headers = {}
forwarded_allow_ips = ""

# A reload reads them again.
sys.modules.pop("config.settings", None)
try:
    from config import settings
except ImproperlyConfigured as error:
    # In one line, before workers are started to fail on it.
    sys.exit(f"dateline: {error}")
logger_class = "config.gunicorn_log.Logger"
accesslog = "-" if settings.ACCESS_LOG else None
