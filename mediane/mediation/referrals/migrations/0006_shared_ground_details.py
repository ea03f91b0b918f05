"""The details that every body shares, as mediators publish their refusals. Re-runnable; words may be corrected by a later migration, codes never change."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)  # the five grounds are in force since ordonnance 2015-1033; older decisions have none of these
SHARED = (
    ("L612-2-1", "no_complaint", "Aucune réclamation au professionnel", "No complaint to the trader"),
    ("L612-2-1", "complaint_not_written", "Réclamation orale seulement", "Complaint made by word of mouth only"),
    ("L612-2-1", "complaint_not_proved", "Réclamation non justifiée", "Complaint without evidence"),
    ("L612-2-1", "second_level_missing", "Second niveau de réclamation non saisi", "Second level of complaint not used"),
    ("L612-2-2", "unfounded", "Demande manifestement infondée", "Request manifestly unfounded"),
    ("L612-2-2", "abusive", "Demande abusive", "Request abusive"),
    ("L612-2-3", "court", "Tribunal saisi ou décision rendue", "Court seized or judgment given"),
    ("L612-2-3", "other_mediator", "Autre médiateur saisi", "Another mediator seized"),
    ("L612-2-5", "no_convention", "Professionnel sans convention avec l’organisme", "Trader without a convention with the body"),
    ("L612-2-5", "not_a_consumer", "Demandeur qui n’est pas un consommateur", "Requester who is no consumer"),
    ("L612-2-5", "not_a_consumer_dispute", "Litige qui n’est pas de consommation", "No consumer dispute"),
    ("L612-2-5", "outside_field", "Objet hors du champ de l’organisme", "Subject outside the body’s field"),
)  # fmt: skip


def add(apps, schema_editor):
    details = apps.get_model("referrals", "GroundDetail")
    for ground, code, french, english in SHARED:
        details.objects.get_or_create(
            body=None,
            code=code,
            defaults={"ground": ground, "label_fr": french, "label_en": english, "effective_from": SINCE},
        )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_ground_details")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
