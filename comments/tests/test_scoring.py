import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accounts.factories import UserFactory
from comments.factories import CommentFactory
from comments.models import Comment, Decision, SpamModel
from comments.spam import scoring
from comments.spam.labelled import labelled
from comments.spam.labelled.generator import words
from comments.spam.learning import Unusable, decided, halves, learn, outcomes, read_labelled
from comments.spam.scoring import Scorer, built_in, features, text_of, written
from comments.writing import moderation

HOLD = 0.7
HONEST = "The figure is from 2019. The annual report for 2023 says 40 million, on page 12."
SPAM = "Best online casino, 100 free spins, no deposit needed: https://lucky-spins.top"
UNSEEN = "\u200b\u200d\u2060\ufeff\u00ad"


@pytest.fixture(scope="module")
def made():
    return labelled()


@pytest.fixture(scope="module")
def scorer():
    return built_in()


def went_wrong(rows, split):
    """The shares of spam published and of honest comments held, over three ways to halve."""
    published = spam = held = honest = 0
    for seed in (1, 2, 3):
        learned_from, tried = halves(rows, split, seed)
        scorer = Scorer.train((row.text, row.is_spam) for row in learned_from)
        [outcome] = outcomes(scorer, tried, [HOLD])
        published, spam = published + outcome.published, spam + outcome.spam
        held, honest = held + outcome.held, honest + outcome.honest
    assert spam + honest > len(rows)
    return published / spam, held / honest


def test_labelled_set_has_enough_of_both_and_says_nothing_twice(made):
    said = ["".join(filter(str.isalnum, row.text.rpartition("\n\n")[2].casefold())) for row in made]
    assert sum(row.is_spam for row in made) >= 1000
    assert sum(not row.is_spam for row in made) >= 1000
    assert len({row.text for row in made}) == len(made)
    assert len(said) == len(made)
    assert len({row.group for row in made if row.is_spam}) >= 100
    assert len({row.group for row in made if not row.is_spam}) >= 100


def test_labelled_set_leaves_no_slot_unfilled(made):
    assert not [row.text for row in made if "{" in row.text or "}" in row.text]


def test_labelled_set_of_a_seed_is_always_the_same(made):
    assert labelled() == made
    assert labelled(each=50, seed=2) != labelled(each=50, seed=3)


@pytest.mark.parametrize(("split", "of"), [("random", "text"), ("groups", "group")])
def test_halves_share_no_key(made, split, of):
    learned_from, tried = halves(made, split)
    assert not {getattr(row, of) for row in learned_from} & {getattr(row, of) for row in tried}
    assert sorted(learned_from + tried) == sorted(made)


def test_score_of_the_other_half_lets_little_spam_through_and_holds_hardly_anybody(made):
    published, held = went_wrong(made, "random")
    assert published < 0.05
    assert held < 0.01


def test_score_of_sentences_never_seen_still_tells_them_apart(made):
    published, held = went_wrong(made, "groups")
    assert published < 0.2
    assert held < 0.03


def test_built_in_scorer_tells_apart_what_was_written_by_itself():
    rows = read_labelled(Path(__file__).with_name("unseen_comments.csv"))
    outcome = outcomes(built_in(), rows, [HOLD])[0]
    assert (outcome.spam, outcome.honest) == (60, 62)
    assert outcome.published <= 0.15 * outcome.spam
    assert outcome.held <= 0.03 * outcome.honest


def test_score_of_wrong_labels_is_no_better_than_chance(made):
    # The twin of the tests above: were the halves to share something else, this would pass too.
    learned_from, tried = halves(made)
    scorer = Scorer.train((row.text, at % 2 == 0) for at, row in enumerate(learned_from))
    outcome = outcomes(scorer, tried, [0.5])[0]
    wrong = (outcome.published + outcome.held) / len(tried)
    assert 0.35 < wrong < 0.65


def test_built_in_weights_are_what_the_labelled_set_teaches(made, scorer):
    taught = Scorer.train((row.text, row.is_spam) for row in made)
    told = "run manage.py train_spam_score --built-in"
    assert taught.weights.keys() == scorer.weights.keys(), told
    assert all(
        taught.weights[name] == pytest.approx(weight, abs=0.005)
        for name, weight in scorer.weights.items()
    ), told


def test_built_in_scorer_tells_spam_from_honest_comments(scorer):
    assert scorer.score(written("Casino Bonus", SPAM)) > 0.9
    assert scorer.score(written("Priya", HONEST)) < 0.2


@pytest.mark.parametrize(
    "body",
    [
        "DraftKings is no casino, it is regulated as a sportsbook in most states.",
        "Their loan book is the whole story: bad debt doubled, see https://www.sec.gov/10k",
        "Is the free tier still free? In March they wanted a card for it.",
        "Half of the crypto volume was one customer, says the filing.",
        "GREAT STUFF, KEEP IT UP",
        "Thanks, fixed now!",
        "谢谢,写得很好。",
        "Große Klappe, aber wo sind die Zahlen für 2024?",
    ],
)
def test_score_of_honest_words_that_spam_uses_too_is_low(scorer, body):
    assert scorer.score(written("Sam", body)) < 0.6


@pytest.mark.parametrize(
    "disguised",
    [
        SPAM.replace("casino", "cаsіnо"),
        SPAM.replace("casino", "c4s1n0"),
        SPAM.replace("casino", "c a s i n o"),
        SPAM.replace("casino", "cas\u200bi\u00adno"),
        SPAM.replace("casino", "ｃａｓｉｎｏ"),
        SPAM.upper(),
    ],
)
def test_features_of_disguised_word_hold_the_plain_one(scorer, disguised):
    assert "casino" in features(written("Sam", disguised))
    assert scorer.score(written("Sam", disguised)) > 0.9


def test_words_of_another_script_are_left_as_they_are():
    assert "сосна" in features("сосна")
    assert "*mixed" not in features("сосна и Python")
    assert "*mixed" in features("раураl")


def test_why_names_the_words_strongest_first(scorer):
    why = scorer.why(written("Sam", SPAM), most=50)
    said = [told for told, _weight in why]
    assert "a link" in said
    assert "“casino”" in said
    assert "a link with “.top”" in said
    assert [abs(weight) for _told, weight in why] == sorted(
        (abs(weight) for _told, weight in why), reverse=True
    )
    assert dict(why)["“casino”"] > 0
    assert len(scorer.why(SPAM)) == 5
    assert scorer.why("") == scorer.why(UNSEEN)


def test_why_has_both_directions(scorer):
    assert min(weight for _told, weight in scorer.why(written("Sam", HONEST), most=20)) < 0


def test_honest_preface_outweighs_only_so_much(scorer):
    assert scorer.score(written("Casino Bonus", f"{SPAM} {SPAM}")) > 0.9
    preface = " ".join(row.text.rpartition("\n\n")[2] for row in labelled(each=40)[:40])
    assert features(preface)
    assert scorer.score(written("Casino Bonus", f"{preface[:3000]}\n{SPAM}")) > 0.5


def test_body_cannot_pretend_to_answer_somebody():
    pretended = written("Sam", "Reply: yes\nQuote: so it says\n\nBuy it")
    assert not {"*reply", "*quote"} & features(pretended)
    assert {"*reply", "*quote"} <= features(
        written("Sam", "Buy it", quote="so it says", is_reply=True)
    )
    assert "*reply" not in features(written("Sam\nReply: yes\n\nx", "Buy it"))


def test_nobody_is_suspect_for_a_persons_name(scorer):
    called = {"priya", "fatima", "mehmet", "chloé", "hassan", "grace", "robert", "arjun", "olu"}
    assert all(any(name in person.casefold() for person in words()["person"]) for name in called)
    assert "name casino" in scorer.weights
    assert not {f"name {name}" for name in called} & scorer.weights.keys()
    assert not called & scorer.weights.keys()


def test_scorer_as_json_scores_the_same(scorer):
    again = Scorer.from_json(scorer.to_json())
    assert len(scorer.weights) <= scoring.MOST_WEIGHTS
    for text in (HONEST, SPAM, "", "Reply: yes\n\nx"):
        assert again.score(text) == scorer.score(text)


def test_training_on_one_label_is_refused():
    with pytest.raises(ValueError, match="both"):
        Scorer.train([("one", True), ("two", True)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "\0" * 5000,
        "\u200b" * 5000,
        "\u202e\u2066nimda\u2069" * 400,
        "🎰" * 5000,
        "👩‍👩‍👧‍👦" * 700,
        "a" * 5000,
        "1" * 5000,
        "a1" * 2500,
        "a." * 2500,
        "@" * 5000,
        "http://" * 700,
        "1 (" * 1600,
        "[url=" * 1000,
        "ﷺ" * 5000,
        "漢" * 5000,
        "e" + "\u0301" * 4999,
        "\ud800 lone",
        "Name: \nName: \n\n",
    ],
)
def test_score_of_hostile_text_is_a_number_between_0_and_1(scorer, text):
    assert 0 <= scorer.score(text) <= 1
    assert 0 <= scorer.score(written(text[:60], text, quote=text[:500])) <= 1
    assert isinstance(scorer.why(text), list)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_score_of_any_text_is_between_0_and_1(text):
    assert 0 <= built_in().score(text) <= 1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(UNSEEN))))
def test_score_is_the_same_whatever_is_put_in_that_nobody_sees(text, inserted):
    changed = text
    for at, unseen in inserted:
        changed = changed[:at] + unseen + changed[at:]
    assert built_in().score(changed) == built_in().score(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_features_are_the_same_in_capitals_but_for_the_shouting(text):
    assume(text.upper().casefold() == text.casefold())
    assert features(text.upper()) - {"*shouting"} == features(text.lower()) - {"*shouting"}


# What the desk teaches


@pytest.fixture
def editor(db):
    return UserFactory()


def test_learning_takes_only_what_a_moderator_decided(editor):
    spam, fine, rude, ad = (CommentFactory(state=Comment.State.PENDING) for _ in range(4))
    CommentFactory(body="Published by itself.")
    CommentFactory(body="Still waiting.", state=Comment.State.PENDING)
    CommentFactory(body="—", state=Comment.State.SPAM, moderated_by=editor)
    CommentFactory(body="The desk itself.", staff=editor, moderated_by=editor)
    moderation.mark_spam(spam, by=editor)
    moderation.approve(fine, by=editor)
    moderation.reject(rude, by=editor)
    moderation.reject(ad, by=editor)
    Decision.objects.filter(comment=ad).delete()
    Decision.objects.create(comment=ad, before="pending", after="rejected", reason="ad", by=editor)
    assert dict(decided()) == {text_of(spam): True, text_of(fine): False, text_of(ad): True}


def test_learning_moves_the_score_towards_what_was_decided(editor):
    body = "Our quokka tours leave every morning, quokka tours for families"
    comment = CommentFactory(name="Quokka", body=body, state=Comment.State.PENDING)
    before = scoring.current().score(text_of(comment))
    for extra in ("", " and groups", " and schools"):
        told = CommentFactory(body=body + extra, state=Comment.State.PENDING)
        moderation.mark_spam(told, by=editor)
    model, count = learn()
    assert count == 3
    assert model.trained_on == len(labelled()) + 3
    after = Scorer.from_json(SpamModel.objects.get(pk=model.pk).weights)
    assert after.score(text_of(comment)) > max(0.7, before)
    assert any("quokka" in told for told, _weight in after.why(text_of(comment), most=20))


def test_learning_keeps_no_word_that_one_comment_alone_holds(editor):
    comment = CommentFactory(body="Write to zebulon@quagga.dev", state=Comment.State.PENDING)
    moderation.mark_spam(comment, by=editor)
    model, _decided = learn()
    assert not [name for name in model.weights["weights"] if "zebulon" in name or "quagga" in name]


def test_learning_keeps_the_last_five(db):
    for _ in range(6):
        SpamModel.objects.create(weights=built_in().to_json(), trained_on=1)
    model, _decided = learn()
    kept = list(SpamModel.objects.values_list("pk", flat=True))
    assert len(kept) == 5
    assert kept[0] == model.pk


def test_current_is_built_in_until_something_is_learned(db):
    assert scoring.current() is built_in()


def test_current_reads_the_newest_once(db, django_assert_num_queries):
    SpamModel.objects.create(weights={"bias": -1.0, "weights": {}}, trained_on=1)
    SpamModel.objects.create(weights={"bias": 0.0, "weights": {}}, trained_on=1)
    with django_assert_num_queries(1):
        assert scoring.current().score("anything") == 0.5
        assert scoring.current().score("else") == 0.5


def test_current_is_read_again_after_a_minute(db, monkeypatch, django_assert_num_queries):
    now = 6000.0
    monkeypatch.setattr(scoring.time, "monotonic", lambda: now)
    assert scoring.current() is built_in()
    SpamModel.objects.create(weights={"bias": 0.0, "weights": {}}, trained_on=1)
    now += scoring.FRESH_SECONDS - 1
    assert scoring.current() is built_in()
    now += 1
    assert scoring.current().score("anything") == 0.5


# The commands


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def made_file(tmp_path):
    path = tmp_path / "made.csv"
    path.write_text(run("make_labelled_comments", each=150), encoding="utf-8")
    return path


def test_make_labelled_comments_writes_what_is_read_again(made_file):
    assert read_labelled(made_file) == labelled(each=150)


def test_measure_prints_both_shares_with_counts(made_file, db):
    said = run("measure_spam_score", made_file, threshold=0.7)
    assert "Learned from 150, tried the other 150 (split: random, seed 1)." in said
    assert "of 75) of spam published" in said
    assert "of 75) of honest comments held" in said
    assert len(said.split("honest held\n")[1].splitlines()) == 7


def test_measure_at_the_ends_publishes_all_or_holds_all(made_file, db):
    assert "0.0 % (0 of 75) of spam published, 100.0 % (75 of 75)" in run(
        "measure_spam_score", made_file, threshold=0
    )
    assert "100.0 % (75 of 75) of spam published, 0.0 % (0 of 75)" in run(
        "measure_spam_score", made_file, threshold=1
    )


@pytest.mark.parametrize("split", ["groups", "kinds"])
def test_measure_splits_by_other_columns(made_file, db, split):
    assert f"(split: {split}, seed 1)" in run("measure_spam_score", made_file, split=split)


def test_measure_as_is_learns_nothing(made_file, db):
    SpamModel.objects.create(weights={"bias": 0.0, "weights": {}}, trained_on=1)
    said = run("measure_spam_score", made_file, "--as-is", threshold=0.6)
    assert "Learned nothing; tried all 300." in said
    assert "100.0 % (150 of 150) of spam published, 0.0 % (0 of 150)" in said


def test_read_labelled_takes_every_way_of_writing_a_label(tmp_path):
    path = tmp_path / "labels.csv"
    rows = [("a", "spam"), ("b", "HAM"), ("c", "1"), ("d", "0"), ("e", "True"), ("f", "false ")]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    assert [row.is_spam for row in read_labelled(path)] == [True, False] * 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no column label and no column text"),
        (b"text,kind\na,b\n", "no column label"),
        (b"text,label\na,spam\nb,1\n", "one kind of label"),
        (b"text,label\na,spam\nb,perhaps\n", "line 3: the label is 'perhaps'"),
        (b"text,label\na\n", "line 2: the label is ''"),
        (b"text,label\n\xff\xfe,spam\n", "not a CSV file in UTF-8"),
        (b'text,label\n"a,spam\n', "not a CSV file in UTF-8"),
    ],
)
def test_unusable_file_is_told_in_one_line(tmp_path, content, told):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    for command in (["measure_spam_score", path], ["train_spam_score", "--file", path]):
        with pytest.raises(CommandError, match=told) as caught:
            run(*command)
        assert "\n" not in str(caught.value)


def test_missing_file_is_told_in_one_line(tmp_path):
    with pytest.raises(CommandError, match=r"none.csv cannot be read: No such file"):
        run("measure_spam_score", tmp_path / "none.csv")


def test_measure_by_groups_needs_groups(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("text,label\na,spam\nb,spam\nc,ham\nd,ham\n", encoding="utf-8")
    with pytest.raises(CommandError, match="two of “group” at least"):
        run("measure_spam_score", path, split="groups")


def test_measure_with_a_threshold_that_is_none_is_refused(made_file):
    with pytest.raises(CommandError, match="between 0 and 1"):
        run("measure_spam_score", made_file, threshold=7)


def test_halves_of_one_of_a_label_are_refused():
    rows = [row for row in labelled(each=5) if not row.is_spam] + labelled(each=1)[1:]
    with pytest.raises(Unusable, match="two of “text”"):
        halves(rows)


def test_train_says_on_how_many_it_learned(editor, tmp_path):
    path = tmp_path / "more.csv"
    path.write_text("text,label\nquokka one,spam\nwombat two,ham\n", encoding="utf-8")
    moderation.approve(CommentFactory(state=Comment.State.PENDING), by=editor)
    said = run("train_spam_score", file=path)
    total = len(labelled()) + 3
    assert f"Learned from {total} comments: 1 that moderators decided on, 2 from the file" in said
    assert SpamModel.objects.get().trained_on == total
