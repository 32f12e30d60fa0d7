"""`regain run`: the database brought up to date, the demonstration seeded, server and worker started."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--workers", type=int, default=0, help="server processes; as many as cores up to 4 where none is given"
    )
    parser.add_argument(
        "--seed-only", action="store_true", help="bring the database up to date and seed it, start nothing"
    )
    options = parser.parse_args(argv)
    if not options.seed_only and not _free(options.host, options.port):
        print(f"regain: port {options.port} is taken; try another: make run PORT={options.port + 1}", file=sys.stderr)
        return 2
    prepare()
    return 0 if options.seed_only else _serve(options)


def prepare() -> None:
    """Migrate, and seed an empty demonstration."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regain.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    print("Bringing the database up to date ...", file=sys.stderr)
    call_command("migrate", verbosity=0)
    call_command("demonstration")


def _serve(options: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.management import call_command

    print(f"\nRegain is at http://{options.host}:{options.port}  (Ctrl+C stops it)", flush=True)
    call_command("demonstration", sign_ins=True)
    workers = options.workers or settings.WORKERS
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host, "--port", str(options.port), "--workers", str(workers),
              "--blocking-threads", "1", "--workers-kill-timeout", "3", "--log-level", "warning", "regain.config.wsgi:application"]  # fmt: skip
    worker = [sys.executable, "-m", "django", "db_worker", "--settings", "regain.config.settings", "--no-startup-delay"]
    # a session each: Ctrl+C reaches this process alone, which then ends them in order
    running = [subprocess.Popen(server, start_new_session=True),
               subprocess.Popen(worker, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        return running[0].wait()
    except KeyboardInterrupt:
        print("\nRegain stopped.", file=sys.stderr)
        return 0
    finally:
        for process in running:
            process.terminate()
        for process in running:
            _end(process)


def _end(process: subprocess.Popen) -> None:
    """Wait for a process to end; one that does not is ended with all it started."""
    try:
        process.wait(timeout=6)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free(host: str, port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex((host, port)) != 0
