from django.urls import path

from companies import views

app_name = "companies"
urlpatterns = [
    path("companies/", views.list_companies, name="list"),
    path("companies/<words:slug>/", views.show_company, name="detail"),
    path("technologies/", views.list_technologies, name="technology-list"),
    path("technologies/<words:slug>/", views.show_technology, name="technology"),
]
