"""Closed lists of the room, values stable."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Author(models.TextChoices):
    """On whose side the piece was written or handed in."""

    CONSUMER = "consumer", _("Consommateur")
    TRADER = "trader", _("Professionnel")
    OFFICE = "office", _("Service de médiation")
    MEDIATOR = "mediator", _("Médiateur")


class Audience(models.TextChoices):
    """Who may read it besides the office; `mediator`: walled from the office too."""

    CONSUMER = "consumer", _("Consommateur seul")
    TRADER = "trader", _("Professionnel seul")
    BOTH = "both", _("Les deux parties")
    OFFICE = "office", _("Service de médiation")
    MEDIATOR = "mediator", _("Médiateur seul")


PARTIES = (Author.CONSUMER, Author.TRADER)
READ_BY_PARTIES = (Audience.CONSUMER, Audience.TRADER, Audience.BOTH)


class Confidentiality(models.TextChoices):
    """Art. 1528-3 CPC [B]: what is drawn up in a mediation is confidential;

    A piece that existed before and is only produced in it is not.
    """

    PRODUCED = "produced", _("Pièce produite")
    ELABORATED = "elaborated", _("Établie dans la médiation")


class Purpose(models.TextChoices):
    """What the piece shows."""

    PRIOR_COMPLAINT = "prior_complaint", _("Réclamation écrite")
    COMPLAINT_PROOF = "complaint_proof", _("Preuve d’envoi de la réclamation")
    TRADER_ANSWER = "trader_answer", _("Réponse du professionnel")
    SECOND_LEVEL = "second_level", _("Recours au second niveau")
    CONTRACT = "contract", _("Contrat ou conditions")
    INVOICE = "invoice", _("Facture ou commande")
    PAYMENT = "payment", _("Preuve de paiement")
    DELIVERY = "delivery", _("Livraison ou suivi")
    PHOTO = "photo", _("Photographie")
    EXCHANGE = "exchange", _("Échanges entre les parties")
    IDENTITY = "identity", _("Pièce d’identité")
    MANDATE = "mandate", _("Mandat ou pouvoir")
    POSITION = "position", _("Position d’une partie")
    EXPERTISE = "expertise", _("Expertise")
    AGREEMENT = "agreement", _("Accord")
    EXECUTION = "execution", _("Preuve d’exécution")
    LETTER = "letter", _("Courrier numérisé")
    NOTE = "note", _("Note")
    OTHER = "other", _("Autre pièce")


class Virus(models.TextChoices):
    NOT_SCANNED = "not_scanned", _("Non analysée")
    CLEAN = "clean", _("Analysée, rien trouvé")
    INFECTED = "infected", _("Infectée, bloquée")


class PreviewState(models.TextChoices):
    PENDING = "pending", _("Aperçu en préparation")
    READY = "ready", _("Aperçu prêt")
    NONE = "none", _("Sans aperçu")
    FAILED = "failed", _("Aperçu impossible")


class ReadingKind(models.TextChoices):
    VIEW = "view", _("Consultation")
    DOWNLOAD = "download", _("Téléchargement")
    PAGE = "page", _("Page")
    EXPORT = "export", _("Export")
