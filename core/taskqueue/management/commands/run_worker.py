import os
import signal

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import autoreload

from core.taskqueue.worker import RunningWorker


class Command(BaseCommand):
    help = "Run the tasks of the queue, and enqueue the recurring ones when they are due"

    def add_arguments(self, parser):
        parser.add_argument("--reload", action="store_true", help="start anew when code changes")
        parser.add_argument("--until-empty", action="store_true", help="end when nothing is due")

    def handle(self, *, reload, until_empty, **options):
        if reload:
            # In its main thread the reloader takes the signals, so this worker just ends.
            autoreload.run_with_reloader(RunningWorker(settings.WORKER_THREADS).run)
        worker = RunningWorker(settings.WORKER_THREADS)
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        worker.run(until_empty=until_empty)
        # A thread whose task was given back must not go on.
        os._exit(0)
