"""How gunicorn runs: few processes with threads, the program loaded once before they are made."""

import os
from pathlib import Path
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("OPENWARD_THREADS") or 4)
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
loglevel = "warning"
accesslog = None  # the program writes its own line for a request, without query strings
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Tell ``./run`` and the doctor that requests are answered from here on."""
    if ready := os.environ.get("READY_FILE"):
        Path(ready).write_text(f"{os.getpid()} {os.environ['PORT']}", "utf-8")
