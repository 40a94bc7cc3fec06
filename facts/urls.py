from django.urls import path

from facts.reading import views

app_name = "facts"

urlpatterns = [
    path("<slug:public_id>/", views.show_fact, name="detail"),
    path("<slug:public_id>/card.json", views.show_card, name="card"),
    path("<slug:public_id>.json", views.show_fact_as_json, name="json"),
    path("<slug:public_id>.csv", views.show_fact_as_csv, name="csv"),
]
