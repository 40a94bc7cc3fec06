from django.urls import path, register_converter

from comments import views

app_name = "comments"


class SubjectConverter:
    regex = "article|company"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(SubjectConverter, "subject")

urlpatterns = [
    path("comment/<slug:public_id>/", views.show_comment, name="comment"),
    path("<subject:on>/<int:pk>/", views.discussion, name="discussion"),
    path("<subject:on>/<int:pk>/form/", views.hand_out_stamp, name="stamp"),
    path("<subject:on>/<int:pk>/mine/", views.show_mine, name="mine"),
]
