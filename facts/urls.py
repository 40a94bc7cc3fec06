from django.urls import path

from facts.reading import views

app_name = "facts"

urlpatterns = [
    path("<slug:public_id>/", views.show_fact, name="detail"),
    path("<slug:public_id>.json", views.fact_json, name="json"),
    path("<slug:public_id>.csv", views.fact_csv, name="csv"),
]
