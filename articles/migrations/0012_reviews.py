"""What waits for a decision becomes a row of its own."""

import core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def from_revisions(apps, schema_editor):
    """What was sent, and was neither published since nor saved over where readers do not see it."""
    alias = schema_editor.connection.alias
    Article = apps.get_model("articles", "Article").objects.using(alias)
    Review = apps.get_model("articles", "Review").objects.using(alias)
    Revision = apps.get_model("articles", "Revision").objects.using(alias)
    sent = Revision.exclude(submitted_at=None).values_list("article", flat=True)
    asked = Article.filter(Q(status="review") | Q(pk__in=sent)).exclude(status="archived")
    for article in asked.only("status", "live_number").iterator():
        revision = (
            Revision.filter(article=article).exclude(submitted_at=None).order_by("-number").first()
        )
        if revision is None:
            revision = Revision.filter(article=article).order_by("-number").first()
        is_behind = revision and revision.number <= (article.live_number or 0)
        if revision is None or is_behind or (article.status == "draft"):
            continue
        Review.create(
            article=article,
            revision=revision,
            submitted_by=revision.author,
            submitted_at=revision.submitted_at or revision.created_at,
        )


def to_revisions(apps, schema_editor):
    alias = schema_editor.connection.alias
    Review = apps.get_model("articles", "Review").objects.using(alias)
    for review in Review.filter(verdict="").select_related("revision").iterator():
        review.revision.submitted_at = review.submitted_at
        review.revision.save(update_fields=["submitted_at"])



class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0011_autosaves'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='sent')),
                ('verdict', models.CharField(blank=True, choices=[('', 'waits'), ('approved', 'approved'), ('returned', 'returned'), ('dropped', 'not decided: archived')], max_length=8, verbose_name='verdict')),
                ('note', models.TextField(blank=True, max_length=2000, validators=[core.validators.validate_printable], verbose_name='note')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='articles.article')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='articles.revision')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ['-pk'],
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('verdict', '')), fields=['submitted_at', 'id'], name='articles_review_waiting'), models.Index(condition=models.Q(('verdict', 'returned')), fields=['submitted_by', '-decided_at'], name='articles_review_returned')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('verdict', '')), fields=('article',), name='articles_review_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='articles_review_decided_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'returned'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='articles_review_returned_says_why')],
            },
        ),
        migrations.RunPython(from_revisions, to_revisions),
        migrations.RemoveField(
            model_name='revision',
            name='submitted_at',
        ),
    ]
