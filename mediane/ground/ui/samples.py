"""What the gallery shows: invented people, firms and figures, on Monday 23 November 2026. Not a word of it is the product's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms

from mediane.ground.ui import menu
from mediane.ground.ui.charts import Bars, Branch, Branches, Chart, Columns, Heat, Lines, Row, Series, Spark, Stacked
from mediane.ground.ui.clocks import ClockFace, Line, Span
from mediane.ground.ui.context import Shell
from mediane.ground.ui.forms import (
    Cards,
    Choice,
    DateField,
    DayField,
    FilesField,
    Form,
    MoneyField,
    Ticks,
    Upload,
)

TODAY = date(2026, 11, 23)


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def face(name: str, start: date, due: date, *spans: tuple[Any, date, date], **facts: Any) -> ClockFace:
    return ClockFace(name, start, due, TODAY, tuple(Span(*span) for span in spans), **facts)


R612_5 = (
    "Issue au plus tard 90 jours après la notification aux parties. Prolongation possible si le litige est complexe."
)
L612_2 = "Le consommateur est informé d’un rejet dans les trois semaines de la réception du dossier."

CLOCKS = {
    "running": face(
        "Issue de la médiation",
        day(9, 14),
        day(12, 13),
        ("trader", day(9, 14), day(9, 24)),
        ("trader", day(9, 24), day(10, 12)),
        ("consumer", day(10, 12), day(10, 20)),
        ("mediation", day(10, 20), day(11, 16)),
        ("trader", day(11, 16), TODAY),
        basis="R. 612-5",
        basis_text=R612_5,
        warn_on=day(12, 6),
        calculation=(
            Line("Notification aux parties", "14 sept."),
            Line("+ 90 jours civils, R. 612-5", "13 déc."),
            Line("Prolongation", "aucune"),
            Line("Attente d’une pièce : le délai court toujours", "+ 0 j"),
        ),
        note="Le 13 décembre est un dimanche : nous ne reportons pas au lundi, par prudence.",
    ),
    "soon": face(
        "Décision de recevabilité",
        day(11, 6),
        day(11, 27),
        ("mediation", day(11, 6), day(11, 10)),
        ("consumer", day(11, 10), day(11, 19)),
        ("mediation", day(11, 19), TODAY),
        basis="L. 612-2",
        basis_text=L612_2,
        warn_on=day(11, 22),
        calculation=(Line("Dossier reçu", "6 nov."), Line("+ 21 jours civils, L. 612-2", "27 nov.")),
        remark="Relance automatique le 25 nov.",
    ),
    "late": face(
        "Issue de la médiation",
        day(8, 23),
        day(11, 21),
        ("trader", day(8, 23), day(9, 10)),
        ("mediation", day(9, 10), day(10, 6)),
        ("consumer", day(10, 6), day(10, 30)),
        ("mediation", day(10, 30), TODAY),
        basis="R. 612-5",
        basis_text=R612_5,
    ),
    "today": face(
        "Réponse à la proposition",
        day(11, 2),
        TODAY,
        ("consumer", day(11, 2), TODAY),
        basis="Convention",
        basis_text="Délai fixé par la convention.",
        warn_on=day(11, 18),
    ),
    "done": face("Issue de la médiation", day(8, 10), day(11, 8), stopped_on=day(10, 10), basis="R. 612-5"),
    "paused": face(
        "Réponse de la conciliatrice",
        day(11, 2),
        day(12, 2),
        ("mediation", day(11, 2), day(11, 12)),
        paused_on=day(11, 12),
        basis="Convention",
    ),
}

WORK = (
    ("En retard", "1 dossier · le motif du retard sera demandé à la clôture", (
        ("2026-04102", "Mme Anne-Sophie Bonnet", "Literie Sarcelle", "Matelas affaissé, garantie refusée · 890 €", "En médiation", "teal",
         "late", "Prolonger ou proposer une solution", "mediation", "Hélène Carpentier, médiatrice"),
    )),
    ("Cette semaine", "3 dossiers", (
        ("2026-05102", "M. Julien Ferrand", "Literie Sarcelle", "Sommier cassé, échange refusé · 349 €", "Recevabilité", "amber",
         "soon", "Décider de la recevabilité", "mediation", "Vous"),
        ("2026-04655", "Mme Lucie Gauthier", "Opaline Télécom", "Débit jamais atteint · 310 €", "Proposition envoyée", "consumer",
         "today", "Accepter ou refuser la proposition", "consumer", "Mme Gauthier · pro. : oui"),
        ("2026-04990", "M. Yannick Le Goff", "Voyages Canopée", "Avoir refusé après annulation · 1 240 €", "Entrée attendue", "trader",
         "paused", "Accepter ou refuser d’entrer en médiation", "trader", "Voyages Canopée · relancé le 18 nov."),
    )),
    ("Plus tard", "32 dossiers", (
        ("2026-04817", "Mme Camille Roussel", "Colis Bleuet", "Colis déclaré livré, jamais reçu · 412 €", "En médiation", "teal",
         "running", "Attendre le relevé de tournée", "trader", "Colis Bleuet"),
        ("2026-03990", "M. et Mme Delmas", "Meubles Trévise", "Cuisine posée de travers · 3 480 €", "Accord exécuté", "green",
         "done", "Clore le dossier", "mediation", "Vous"),
    )),
)  # fmt: skip

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

CHARTS: dict[str, Chart] = {
    "durations": Columns(
        id="durations",
        title="Durée des médiations",
        text="1 702 médiations closes. La moitié dure moins de 63 jours ; 130 ont dépassé 90 jours, dont 118 prolongées.",
        unit="jours",
        names_title="Durée, en jours",
        value_title="Dossiers",
        edges=(*range(0, 131, 10),),
        values=(14, 46, 98, 161, 214, 247, 268, 283, 241, 71, 32, 15, 12),
        limit=90,
        limit_text=("90 jours", "130 dossiers"),
        mark=(63, "médiane 63"),
    ),
    "flow": Lines(
        id="flow",
        title="Entrées, sorties et stock",
        text="Par mois en 2026. Depuis juillet, les entrées dépassent les sorties ; prévision à trois mois, intervalle à 80 %.",
        names=(*MONTHS[:12], "janvier 2027"),
        short_names=(*SHORT[:12], "janv."),
        names_title="Mois",
        forecast=9,
        series=(
            Series("Entrées", (498, 431, 452, 418, 405, 389, 441, 436, 537, 611, 640, 580, 520)),
            Series("Sorties", (462, 455, 470, 440, 412, 420, 391, 318, 489, 560, 575, 530, 545), fill="trader"),
            Series(
                "Stock",
                (539, 515, 497, 475, 468, 437, 487, 605, 653, 704, 769, 819, 794),
                fill="ink",
                strong=True,
                low=(*[None] * 9, 704, 738, 756, 698),
                high=(*[None] * 9, 704, 800, 882, 890),
            ),
        ),
    ),
    "refusals": Bars(
        id="refusals",
        title="Pourquoi nous refusons",
        text="2 384 refus, en part des refus. En ambre, les deux motifs évitables : 70,2 % des refus.",
        names_title="Motif, L. 612-2",
        value_title="Refus",
        share=True,
        rows=(
            Row("1° Pas de réclamation écrite", 1271, fill="amber"),
            Row("Prématurée : à renouveler", 402, fill="amber"),
            Row("5° Hors du champ de compétence", 370),
            Row("4° Plus d’un an", 148),
            Row("3° Autre médiateur ou juge", 131),
            Row("2° Infondée ou abusive", 62),
        ),
    ),
    "subjects": Bars(
        id="subjects",
        title="Sujets, d’une année sur l’autre",
        text="Saisines reçues par sujet. Barre épaisse : 2026 ; barre fine : 2025.",
        names_title="Sujet",
        value_title="2026",
        before_title="2025",
        rows=(
            Row("Livraison contestée", 1204, 986, "+22 %"),
            Row("Colis perdu", 812, 858, "−5 %"),
            Row("Produit endommagé", 640, 571, "+12 %"),
            Row("Remboursement non reçu", 598, 402, "+49 %"),
            Row("Résiliation et frais", 544, 560, "−3 %"),
        ),
    ),
    "branches": Branches(
        id="branches",
        title="Que sont devenues les 1 284 demandes ?",
        text="De la réception à l’issue, en largeur de ruban.",
        names_title="Suite",
        whole="reçues",
        total=1284,
        branches=(
            Branch(
                "recevables",
                612,
                "teal",
                (
                    ("proposition du médiateur", 352),
                    ("accord direct", 118),
                    ("en cours", 66),
                    ("refus d’entrer du professionnel", 47),
                    ("médiation interrompue", 29),
                ),
            ),
            Branch(
                "refusées",
                639,
                "red",
                (
                    ("sans réclamation préalable", 288),
                    ("hors compétence", 141),
                    ("prématurées", 117),
                    ("plus d’un an", 49),
                    ("autre instance saisie", 31),
                    ("infondées ou abusives", 13),
                ),
            ),
            Branch("en examen", 33),
        ),
    ),
    "outcomes": Stacked(
        id="outcomes",
        title="Issues, par secteur",
        text="Ce que deviennent les médiations closes, dossier par dossier. La livraison s’accorde le plus souvent.",
        names_title="Secteur",
        names=("Livraison", "Ameublement", "Télécommunications"),
        series=(
            Series("Accord", (812, 296, 341), fill="teal"),
            Series("Désaccord", (104, 61, 88), fill="amber"),
            Series("Abandon", (51, 40, 12), fill="line"),
        ),
    ),
    "calendar": Heat(
        id="calendar",
        title="Quand les saisines arrivent",
        text="Saisines reçues par mois et par secteur : septembre et octobre chargent surtout la livraison.",
        names_title="Secteur",
        columns=SHORT[:10],
        rows=(
            ("Livraison", (188, 160, 171, 150, 148, 139, 166, 160, 214, 251)),
            ("Ameublement", (98, 81, 92, 84, 80, 71, 90, 92, 101, 118)),
            ("Télécom", (76, 70, 71, 64, 61, 66, 68, 71, 82, None)),
        ),
    ),
}
SPARK = Spark(
    id="spark-in",
    title="Saisines reçues, par mois",
    values=(498, 431, 452, 418, 405, 389, 441, 436, 537, 611),
    names=MONTHS[:10],
)


class SampleForm(Form):
    """Every kind of field."""

    autocomplete = {"email": "email"}

    trader = forms.CharField(label="Nom de l’entreprise", help_text="Tel qu’il figure sur la facture")
    email = forms.EmailField(label="Votre courriel", required=False)
    complained_on = DateField(label="Date de votre réclamation", help_text="Par exemple 14 10 2026")
    amount = MoneyField(label="Montant demandé")
    subject = forms.ChoiceField(label="Sujet", choices=[("", "Choisissez"), ("delivery", "Livraison contestée")])
    story = forms.CharField(label="Ce qui s’est passé", widget=forms.Textarea({"rows": 4}), max_length=400)
    answer = forms.ChoiceField(
        label="Votre réponse",
        widget=Cards,
        choices=[
            (
                "yes",
                Choice(
                    "J’accepte", "Si l’entreprise accepte aussi, vous êtes tous deux engagés, comme par un contrat."
                ),
            ),
            ("no", Choice("Je refuse", "La médiation se termine. Vous pouvez aller devant le juge.")),
        ],
    )
    audience = forms.ChoiceField(
        label="Qui lira votre message ?",
        widget=Cards(compact=True),
        choices=[("both", "Les deux parties"), ("one", "Une seule partie"), ("note", "Note du médiateur")],
    )
    wants = forms.MultipleChoiceField(
        label="Vous demandez",
        widget=Ticks,
        choices=[("money", "un remboursement"), ("sorry", "des excuses")],
        required=False,
    )
    due_on = DayField(label="Rappeler le", required=False)
    pieces = FilesField(
        label="Ajouter une photo ou un fichier",
        max_size=20_000_000,
        help_text="Photo, PDF, Word ou courriel, 20 Mo au plus. Sur téléphone, l’appareil photo s’ouvre.",
        widget=Upload(
            legible=["la date d’envoi", "le nom de l’entreprise", "ce que vous lui demandez"],
            useless=["votre pièce d’identité", "vos relevés bancaires complets"],
        ),
        required=False,
    )
    by_post = forms.BooleanField(label="Recevoir aussi par courrier", help_text="Avec les mêmes dates", required=False)


def context() -> dict[str, Any]:
    """All that the sample pages read."""
    wrong = SampleForm(
        {
            "trader": "",
            "complained_on_day": "31",
            "complained_on_month": "2",
            "complained_on_year": "2026",
            "amount": "beaucoup",
            "story": "x" * 410,
        },
        prefix="wrong",
        auto_id="wrong_%s",
    )
    wrong.data = {f"wrong-{name}": value for name, value in wrong.data.items()}
    return {
        "today": TODAY,
        "clocks": CLOCKS,
        "work": WORK,
        "charts": CHARTS,
        "spark": SPARK,
        "form": SampleForm(
            initial={"trader": "Colis Bleuet", "story": "Le suivi indique « livré », je n’ai rien reçu."}
        ),
        "wrong": wrong,
        "written_at": datetime(2026, 11, 16, 9, 4, tzinfo=UTC),
        "grounds": (
            "paper",
            "sheet",
            "raised",
            "sunk",
            "ink",
            "ink-2",
            "ink-3",
            "edge",
            "teal",
            "teal-soft",
            "amber-mark",
            "red-mark",
            "green-mark",
            "consumer-mark",
            "trader-mark",
        ),
    }


class SampleShell(Shell):
    """The shell of the sample pages: somebody is signed in and every entry of the menu is there, whoever looks."""

    person = type(
        "Person",
        (),
        {
            "title": "Juriste, pôle livraison",
            "get_full_name": lambda self: "Claire Moreau",
            "__str__": lambda self: "Claire Moreau",
        },
    )()
    organisation = "Médiation des services du quotidien"
    organisations: list[Any] = []

    @property
    def desk_menu(self) -> dict[str, list[menu.Entry]]:
        figures = {"desk:work": 38, "desk:referrals": 704}
        groups: dict[str, list[menu.Entry]] = {"main": [], "steering": [], "settings": [], "foot": []}
        for item in menu.registered("desk"):
            name = item.url if isinstance(item.url, str) else str(item.label)
            groups[item.group].append(
                menu.Entry(item.label, f"#{name}", item.icon, item.group, figures.get(name), False, name == "desk:work")
            )
        return groups
