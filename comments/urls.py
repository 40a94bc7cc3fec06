from django.urls import path, register_converter

from comments import mail_views, own_views, people_views, reaction_views, views
from comments.feeds import DiscussionFeed
from core.pagestore import stored_page

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
    path("heart/<slug:public_id>/", reaction_views.toggle_heart, name="heart"),
    path("report/<slug:public_id>/", reaction_views.report, name="report"),
    path("mine/<slug:public_id>/", own_views.show_own_by_cookie, name="mine-one"),
    path("own/<str:token>/", own_views.show_own, name="own"),
    path("confirm/<str:token>/", people_views.confirm_address, name="confirm"),
    path("person/<str:token>/", people_views.show_person, name="person"),
    path("person/<str:token>/comments.json", people_views.export_person, name="person-data"),
    path("unsubscribe/<str:token>/", people_views.unsubscribe, name="unsubscribe"),
    path("refuse/<str:token>/", people_views.refuse_mail, name="refuse"),
    path("moderate/<str:token>/", mail_views.moderate, name="moderate"),
    path(
        "<subject:on>/<int:pk>/comments.atom",
        stored_page()(DiscussionFeed()),
        name="atom",
    ),
    path("<subject:on>/<int:pk>/", views.discussion, name="discussion"),
    path("<subject:on>/<int:pk>/form/", views.hand_out_stamp, name="stamp"),
    path("<subject:on>/<int:pk>/mine/", views.show_mine, name="mine"),
]
