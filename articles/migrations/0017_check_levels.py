"""Figures without a source become one of the checks whose level a section sets."""

from django.db import migrations, models


def to_levels(apps, schema_editor):
    Section = apps.get_model("articles", "Section")
    sections = Section._base_manager.using(schema_editor.connection.alias)
    # What says something else than its figure was warned of even where no source was asked for.
    sections.filter(figure_gate="off").update(check_levels={"unsourced": "off"})
    sections.filter(figure_gate="block").update(
        check_levels={"unsourced": "block", "misquoted": "block"}
    )


def to_gates(apps, schema_editor):
    Section = apps.get_model("articles", "Section")
    for section in Section._base_manager.using(schema_editor.connection.alias).exclude(
        check_levels={}
    ):
        section.figure_gate = section.check_levels.get("unsourced", "warn")
        section.save(update_fields=["figure_gate"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0016_section_rights")]

    operations = [
        migrations.AddField(
            model_name="section",
            name="check_levels",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.RunPython(to_levels, to_gates),
        migrations.RemoveField(model_name="section", name="figure_gate"),
    ]
