from django.urls import path

from corrections import views

app_name = "corrections"
urlpatterns = [path("", views.log, name="log")]
