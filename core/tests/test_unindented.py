from django.template import Context, Engine


def test_templates_lose_their_indentation_and_nothing_of_what_they_show(tmp_path):
    (tmp_path / "page.html").write_text(
        "<ul>\n\t  <li>{{ words }}</li>\n\n  <li>a  b</li>\n</ul>\n"
    )
    (tmp_path / "mail.txt").write_text("Dear\n  reader")
    engine = Engine(dirs=[tmp_path], loaders=["core.unindented.Loader"])
    shown = engine.get_template("page.html").render(Context({"words": "x\n  y"}))
    assert shown == "<ul>\n<li>x\n  y</li>\n\n<li>a  b</li>\n</ul>\n"
    assert engine.get_template("mail.txt").render(Context()) == "Dear\n  reader"
