from modelsearch import index

from companies.models import Company


def index_company_of(instance, **kwargs):
    # A company that goes takes its aliases along: nothing is left to index then.
    if company := Company.objects.filter(pk=instance.company_id).first():
        index.insert_or_update_object(company)
