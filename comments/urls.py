from django.urls import path, register_converter

from comments.feeds import DiscussionFeed
from comments.views import appeals, challenges, discussion, mail, own, people, reactions
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
    path("comment/<slug:public_id>/", discussion.show_comment, name="comment"),
    path("report/<slug:public_id>/", reactions.report_comment, name="report"),
    path("receipt/<str:token>/", reactions.show_receipt, name="receipt"),
    path("mine/<slug:public_id>/", own.show_own_by_cookie, name="mine-one"),
    path("own/<str:token>/", own.show_own, name="own"),
    path("confirm/<str:token>/", people.confirm_address, name="confirm"),
    path("person/<str:token>/", people.show_person, name="person"),
    path("person/<str:token>/comments.json", people.export_person, name="person-data"),
    path("unsubscribe/<str:token>/", people.unsubscribe, name="unsubscribe"),
    path("refuse/<str:token>/", people.refuse_mail, name="refuse"),
    path("ban/<str:token>/", appeals.appeal_against_ban, name="ban"),
    path("moderate/<str:token>/", mail.moderate_comment, name="moderate"),
    path(
        "<subject:on>/<int:pk>/comments.atom",
        stored_page()(DiscussionFeed()),
        name="atom",
    ),
    path("<subject:on>/<int:pk>/", discussion.show_discussion, name="discussion"),
    path("<subject:on>/<int:pk>/form/", discussion.issue_form_token, name="stamp"),
    path("<subject:on>/<int:pk>/proposed/", discussion.show_matter, name="matter"),
    path(
        "<subject:on>/<int:pk>/challenge/<slug:public_id>/",
        challenges.challenge_figure,
        name="challenge",
    ),
    path("<subject:on>/<int:pk>/mine/", discussion.list_own_comments, name="mine"),
]
