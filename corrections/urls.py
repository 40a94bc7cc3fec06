from django.urls import path

from corrections.reading import log

app_name = "corrections"
urlpatterns = [path("", log.list_corrections, name="log")]
