"""What search knows of a row is written by a task, soon after the row was saved."""

from django.apps import apps
from django.db import transaction
from django_tasks import task
from modelsearch import index

from companies.models import Company


@task(once=True)
def update_entry(label, pk):
    model = apps.get_model(label)
    with transaction.atomic():
        # Two tasks for one row take turns: the first of them inserts its entry.
        row = model._base_manager.select_for_update(no_key=True).filter(pk=pk).first()
        if row:
            index.insert_or_update_object(row)


def enqueue_update(instance, raw=False, **kwargs):
    if not raw:
        update_entry.enqueue(instance._meta.label, instance.pk)


def enqueue_update_of_company(instance, **kwargs):
    """An alias is part of its company's entry."""
    update_entry.enqueue(Company._meta.label, instance.company_id)


def remove_entry(instance, **kwargs):
    index.remove_object(instance)
