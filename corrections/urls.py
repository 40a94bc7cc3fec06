from django.urls import path

from corrections import views

app_name = "corrections"
urlpatterns = [path("", views.list_corrections, name="log")]
