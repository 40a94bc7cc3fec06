app_name = "ads"
urlpatterns = []
