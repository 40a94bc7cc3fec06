from django.urls import path

from facts.open import views

app_name = "open"

urlpatterns = [
    path("companies/<words:slug>/figures.json", views.show_company_as_json, name="company-json"),
    path("companies/<words:slug>/figures.csv", views.show_company_as_csv, name="company-csv"),
    path("metrics/", views.list_metrics, name="metrics"),
    path("metrics/<words:key>/", views.show_metric, name="metric"),
    path("metrics/<words:key>/figures.json", views.show_metric_as_json, name="metric-json"),
    path("metrics/<words:key>/figures.csv", views.show_metric_as_csv, name="metric-csv"),
    path("data/", views.show_data, name="data"),
    path("data/figures.json", views.serve_dump, {"name": "json"}, name="dump-json"),
    path("data/figures.csv", views.serve_dump, {"name": "csv"}, name="dump-csv"),
    path("data/figures.schema.json", views.show_schema, name="schema"),
    # Where CSV on the Web looks for it.
    path("data/figures.csv-metadata.json", views.show_csv_metadata, name="csv-metadata"),
]
