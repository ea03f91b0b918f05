"""Bodies, traders and people of the demonstration. All are invented; telephone numbers are of the ranges kept for fiction."""

from __future__ import annotations

from dataclasses import dataclass, field

from mediane.ground.accounts.roles import Role

PASSWORD = "mediane-demonstration"  # noqa: S105 (shown on the sign-in page)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 (its code is shown on the page that asks for it)


@dataclass(frozen=True)
class SomeTrader:
    name: str
    siren: str
    sector: str
    aliases: tuple[str, ...] = ()
    silence: str = "refusal"
    entry_asked: bool = True
    correspondents: tuple[tuple[str, str], ...] = ()  # (name, login)
    on_paper: bool = False
    lines: tuple[str, ...] = ()
    level2: bool = False


@dataclass(frozen=True)
class SomeBody:
    slug: str
    name: str
    short: str
    kind: str
    is_person: bool
    paid_per_case: bool
    city: str
    address: str
    phone: str
    domain: str
    competence: str
    exclusions: tuple[str, ...]
    appointed_by: str
    people: tuple[tuple[str, str, str, tuple[Role, ...], str], ...]  # name, gender, login, roles, title
    traders: tuple[SomeTrader, ...]
    subjects: tuple[tuple[str, tuple[str, ...]], ...]
    referrals: int
    principle_accepted: bool = False
    networks: str = ""
    rules: dict[str, str] = field(default_factory=dict)


QUOTIDIEN = SomeBody(
    slug="mediation-quotidien",
    name="Médiation des services du quotidien",
    short="Médiation Quotidien",
    kind="company",
    is_person=False,
    paid_per_case=True,
    city="Belle-Rive",
    address="14 quai des Tilleuls\n44999 Belle-Rive Cedex",
    phone="01 99 00 14 14",
    domain="quotidien.example",
    competence="Litiges entre un consommateur et une entreprise adhérente : télécommunications, livraison, ameublement, voyages, réparation automobile, cuisine et travaux.",
    exclusions=(
        "Les litiges entre professionnels.",
        "La banque et l’assurance, qui ont leurs propres médiateurs.",
        "Les soins et les services de santé.",
    ),
    appointed_by="Assemblée générale de la Médiation des services du quotidien",
    people=(
        ("Hélène Carpentier", "f", "helene", (Role.MEDIATOR,), "Médiatrice"),
        ("Karim Haddad", "m", "karim", (Role.MEDIATOR,), "Médiateur"),
        ("Sophie Lemoine", "f", "sophie", (Role.DELEGATE,), "Déléguée de la médiatrice"),
        ("Claire Moreau", "f", "claire", (Role.OFFICER,), "Juriste, pôle livraison"),
        ("Thomas Girard", "m", "thomas", (Role.OFFICER,), "Juriste, pôle habitat"),
        ("Jeanne Perrot", "f", "jeanne", (Role.DIRECTOR,), "Directrice"),
        ("Marc Aubry", "m", "marc", (Role.ADMINISTRATOR,), "Administrateur"),
        ("Inès Duval", "f", "ines", (Role.AUDITOR,), "Contrôleuse"),
    ),
    traders=(
        SomeTrader(
            "Colis Bleuet",
            "404833048",
            "Livraison",
            ("Bleuet Express", "CB Livraison"),
            correspondents=(("Léa Petit", "lea"), ("Paul Renaud", "paul")),
            lines=("Particuliers", "Entreprises"),
        ),
        SomeTrader(
            "Opaline Télécom",
            "552081317",
            "Télécommunications",
            ("Opaline Mobile", "Opaline Fibre"),
            silence="remind",
            correspondents=(("Nora Benali", "nora"),),
            lines=("Fibre", "Mobile"),
            level2=True,
        ),
        SomeTrader(
            "Literie Sarcelle",
            "732829320",
            "Ameublement",
            ("Sarcelle Sommeil",),
            correspondents=(("Yves Colin", "yves"),),
        ),
        SomeTrader("Voyages Canopée", "542107651", "Voyages", ("Canopée Évasion",), silence="acceptance"),
        SomeTrader("Cuisines Alizé", "383474814", "Cuisines et travaux", (), on_paper=True),
        SomeTrader("Garage des Deux Ponts", "402207153", "Automobile", ("Deux Ponts Auto",)),
        SomeTrader("Jardinerie Fontvert", "319632790", "Jardin", ()),
    ),
    subjects=(
        ("Livraison", ("Colis perdu", "Colis abîmé", "Retard", "Remise contestée")),
        ("Abonnement", ("Résiliation", "Débit ou couverture", "Facturation")),
        ("Conformité d’un bien", ("Garantie refusée", "Bien défectueux")),
        ("Voyage", ("Annulation", "Prestation non conforme")),
        ("Travaux et réparation", ("Malfaçon", "Devis dépassé")),
    ),
    referrals=210,
    networks="Membre d’un réseau européen de médiateurs de la consommation ; coopération avec le Centre européen des consommateurs France.",
)

MISTRAL = SomeBody(
    slug="mediateur-velo-mistral",
    name="Médiateur du service Vélo Mistral",
    short="Médiateur Vélo Mistral",
    kind="in_house",
    is_person=True,
    paid_per_case=False,
    city="Port-Clair",
    address="3 place de la Darse\n13999 Port-Clair",
    phone="04 65 71 00 30",
    domain="mistral.example",
    competence="Litiges des abonnés et usagers du vélo en libre-service Vélo Mistral : caution, facturation, accident, compte bloqué.",
    exclusions=("Les accidents corporels, qui relèvent de l’assureur.", "Les amendes et contraventions."),
    appointed_by="Commission paritaire : deux associations de consommateurs, deux représentants de l’exploitant",
    people=(
        ("Bruno Castel", "m", "bruno", (Role.MEDIATOR, Role.OFFICER), "Médiateur"),
        ("Salomé Vidal", "f", "salome", (Role.OFFICER,), "Assistante de médiation"),
        ("Odile Marchand", "f", "odile", (Role.ADMINISTRATOR,), "Administratrice"),
    ),
    traders=(
        SomeTrader(
            "Vélo Mistral",
            "433927332",
            "Vélo en libre-service",
            ("Mistral Cycles",),
            entry_asked=False,
            correspondents=(("Hugo Faure", "hugo"),),
            lines=("Abonnés", "Usagers d’un jour"),
        ),
    ),
    subjects=(
        ("Facturation", ("Durée contestée", "Double prélèvement")),
        ("Caution", ("Caution retenue",)),
        ("Compte", ("Compte bloqué",)),
    ),
    referrals=60,
    principle_accepted=True,
    rules={"party_silence_effect": "remind"},
)

BODIES = (QUOTIDIEN, MISTRAL)

ASSOCIATION = ("association-usagers-du-fleuve", "Association des usagers du fleuve")

OTHER_MEDIATORS = (
    ("Médiateur des communications électroniques", "CS 30342, 94257 Gentilly Cedex", "Téléphone et internet"),
    ("Médiateur du tourisme et des voyages", "BP 80303, 75823 Paris Cedex 17", "Transport et séjours"),
    ("Médiateur de l’assurance", "TSA 50110, 75441 Paris Cedex 09", "Assurance"),
)
