from django.urls import path

from audience import views

app_name = "audience"
urlpatterns = [
    path("<int:pk>/heart/", views.toggle_heart, name="toggle"),
    path("<int:pk>/mine/", views.show_heart, name="mine"),
    path("<int:pk>/view.gif", views.count_view, name="pixel"),
]
