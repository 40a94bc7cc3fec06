def test_live_server_serves_a_page_with_its_styles(live_server, page):
    answers = {}
    page.on("response", lambda response: answers.update({response.url: response.status}))
    page.goto(f"{live_server}/admin/login/")
    assert any(url.endswith(".css") for url in answers)
    assert set(answers.values()) == {200}


def test_live_server_shows_rows_the_test_committed(live_server, page, django_user_model):
    user = django_user_model.objects.create_superuser("desk", password="a long pass phrase")
    page.goto(f"{live_server}/admin/login/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", "a long pass phrase")
    page.click("[type=submit]")
    page.wait_for_url(f"{live_server}/admin/")
