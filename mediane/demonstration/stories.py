"""Disputes in credible French: what happened, what was asked, what the trader says, what the mediator might propose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """`low`, `high`: euros claimed. `share`: part of the claim that a proposal would grant."""

    trader: str
    subject: str
    sub_subject: str
    summary: str
    facts: str
    asked: str
    trader_says: str
    law: str
    equity: str
    low: int
    high: int
    share: float
    orientation: str


STORIES = (
    Story("Colis Bleuet", "Livraison", "Remise contestée", "Colis déclaré livré, jamais reçu",
          "Le suivi indique une remise au gardien à 11 h 52. La gardienne était absente ce jour-là et l’atteste. J’ai demandé une preuve de remise : on m’a seulement renvoyé le suivi.",
          "Le remboursement de la valeur du colis et des frais d’envoi.", "Le transporteur s’en tient au suivi, qui porte la mention « remis au gardien ».",
          "Il revient au transporteur de prouver la remise. Une mention au suivi, sans signature ni position relevée, n’y suffit pas quand elle est sérieusement contestée.",
          "La facture établit la valeur du contenu ; l’emballage n’est pas discuté.", 60, 640, 0.8, "consumer_partly"),
    Story("Colis Bleuet", "Livraison", "Colis abîmé", "Vase arrivé brisé malgré l’emballage",
          "Le carton était enfoncé d’un côté. Je l’ai signalé au livreur, qui m’a dit d’écrire au service clients. J’ai envoyé des photos le soir même.",
          "Le remboursement du vase.", "Le transporteur estime l’emballage insuffisant pour un objet fragile.",
          "Les réserves ont été écrites dans les trois jours, avec des photos. L’emballage visible sur les photos comporte un calage.",
          "L’objet n’est pas remplaçable ; une indemnité à la valeur d’achat paraît juste.", 35, 280, 1.0, "consumer"),
    Story("Colis Bleuet", "Livraison", "Retard", "Colis express livré avec neuf jours de retard",
          "J’avais payé le service en vingt-quatre heures pour un anniversaire. Le colis est arrivé neuf jours plus tard.",
          "Le remboursement de l’envoi et un dédommagement.", "Le transporteur rembourse le prix de l’envoi, non le préjudice moral.",
          "Le prix du service rapide n’a pas de contrepartie quand le délai n’est pas tenu. Le contrat limite le reste.", "Un geste de dix euros reconnaît la gêne.", 18, 70, 0.6, "shared"),
    Story("Opaline Télécom", "Abonnement", "Résiliation", "Frais de résiliation après un déménagement",
          "J’ai déménagé dans un immeuble que la fibre ne dessert pas. J’ai résilié en joignant le refus de raccordement. On me réclame les mois restants.",
          "L’annulation des frais de résiliation.", "L’opérateur soutient que le déménagement n’est pas un motif légitime.",
          "Le contrat prévoit qu’une impossibilité technique au nouveau domicile est un motif légitime. Le refus de raccordement en apporte la preuve.",
          "Le consommateur a prévenu aussitôt.", 49, 420, 1.0, "consumer"),
    Story("Opaline Télécom", "Abonnement", "Débit ou couverture", "Débit promis jamais atteint",
          "L’offre annonçait 500 mégabits. Depuis sept mois, les mesures faites avec le technicien ne dépassent pas 60.", "La moitié des mensualités et la fin du contrat sans frais.",
          "L’opérateur rappelle que le débit annoncé est un maximum théorique.", "Un écart aussi constant n’est pas un simple aléa ; le service rendu n’est pas celui qui a été décrit.",
          "Le service a fonctionné en partie : un partage est équitable.", 90, 520, 0.6, "consumer_partly"),
    Story("Opaline Télécom", "Abonnement", "Facturation", "Option facturée sans accord",
          "Une option « bouquet cinéma » apparaît sur six factures. Je ne l’ai jamais demandée.", "Le remboursement de l’option.",
          "L’opérateur produit un enregistrement où l’option est proposée, sans réponse claire.", "Le consentement à une option payante doit être exprès. L’enregistrement ne le montre pas.",
          "Les six factures sont concernées.", 24, 140, 1.0, "consumer"),
    Story("Literie Sarcelle", "Conformité d’un bien", "Garantie refusée", "Matelas affaissé, garantie refusée",
          "Le matelas s’est creusé de quatre centimètres en quatorze mois. Le vendeur répond que l’usure est normale.", "Le remplacement du matelas.",
          "Le vendeur invoque un sommier inadapté.", "Le défaut apparaît dans les deux ans : il est présumé exister à la livraison. Le vendeur ne démontre pas l’inadaptation du sommier.",
          "Un remplacement par le même modèle rétablit les parties.", 390, 1490, 0.9, "consumer"),
    Story("Literie Sarcelle", "Conformité d’un bien", "Bien défectueux", "Sommier cassé, échange refusé",
          "Une latte s’est rompue la première semaine. On me propose une réparation dans cinq semaines.", "L’échange du sommier.",
          "Le vendeur propose la réparation à ses frais.", "Le consommateur choisit entre réparation et remplacement, sauf coût disproportionné.", "Le délai de réparation annoncé est long.", 180, 460, 0.7, "consumer_partly"),
    Story("Voyages Canopée", "Voyage", "Annulation", "Avoir imposé après l’annulation d’un séjour",
          "Le voyagiste a annulé le séjour dix jours avant le départ. Il propose un avoir ; je veux être remboursé.", "Le remboursement du séjour.",
          "L’agence indique que l’avoir est conforme à ses conditions.", "L’annulation par l’organisateur ouvre droit au remboursement de toutes les sommes versées.", "", 480, 2600, 1.0, "consumer"),
    Story("Voyages Canopée", "Voyage", "Prestation non conforme", "Chambre sans vue malgré le supplément",
          "Nous avions payé un supplément pour la vue sur mer. La chambre donnait sur un parking.", "Le remboursement du supplément et un dédommagement.",
          "L’agence dit avoir transmis la demande à l’hôtel.", "L’organisateur répond de l’exécution des services par ses prestataires.", "Le supplément est chiffré ; le reste relève d’un geste.", 120, 620, 0.5, "shared"),
    Story("Cuisines Alizé", "Travaux et réparation", "Malfaçon", "Plan de travail posé de travers",
          "Le plan présente un écart de deux centimètres avec le mur. Le poseur est revenu une fois, sans résultat.", "La reprise du plan de travail.",
          "Le cuisiniste attribue l’écart au mur.", "Le professionnel devait relever les défauts du support avant la pose.", "La reprise aux frais du professionnel, avec un délai, paraît juste.", 350, 2900, 0.8, "consumer_partly"),
    Story("Garage des Deux Ponts", "Travaux et réparation", "Devis dépassé", "Facture supérieure de moitié au devis",
          "Le devis signé était de 640 euros. La facture est de 980, sans appel avant les travaux.", "Le retour au prix du devis.",
          "Le garage invoque une pièce imprévue.", "Le dépassement d’un devis accepté suppose un accord préalable.", "La pièce posée a une utilité réelle.", 150, 720, 0.5, "shared"),
    Story("Jardinerie Fontvert", "Conformité d’un bien", "Bien défectueux", "Tondeuse en panne au bout d’un mois",
          "La tondeuse ne démarre plus. Le magasin la garde depuis sept semaines sans nouvelle.", "Le remboursement.", "La jardinerie attend une pièce.",
          "Au-delà de trente jours sans réparation, le consommateur peut demander le remboursement.", "", 190, 540, 1.0, "consumer"),
    Story("Vélo Mistral", "Facturation", "Durée contestée", "Vélo rendu, course comptée toute la nuit",
          "J’ai accroché le vélo à 19 h 12 et la borne a sonné. Le lendemain, l’application affichait une course de quatorze heures.", "L’annulation de la course.",
          "L’exploitant relève que la borne n’a pas enregistré le retour.", "La charge de la preuve du retour pèse sur l’usager, mais l’exploitant doit tenir ses bornes en état ; un incident y est noté ce soir-là.",
          "L’usager est abonné depuis quatre ans sans incident.", 15, 90, 1.0, "consumer"),
    Story("Vélo Mistral", "Caution", "Caution retenue", "Caution prélevée pour un vélo volé à la borne",
          "Le vélo a été arraché de la borne après mon retour. La caution a été prélevée.", "La restitution de la caution.",
          "L’exploitant dit que le vélo était mal accroché.", "Les données de la borne montrent un verrouillage, puis une alerte d’effraction.", "La plainte a été déposée le jour même.", 150, 250, 1.0, "consumer"),
    Story("Vélo Mistral", "Compte", "Compte bloqué", "Compte bloqué après un double prélèvement",
          "J’ai contesté un double prélèvement auprès de ma banque. Mon compte a été bloqué.", "Le déblocage du compte et le remboursement.", "L’exploitant a suivi sa procédure d’impayé.",
          "Le double prélèvement est reconnu ; le blocage n’avait pas de cause.", "", 5, 60, 1.0, "consumer"),
)  # fmt: skip

FIRST_NAMES = (
    ("Camille", "f"), ("Fatou", "f"), ("Lucie", "f"), ("Anne-Sophie", "f"), ("Claire", "f"), ("Aïcha", "f"), ("Manon", "f"), ("Élise", "f"), ("Dominique", ""), ("Solène", "f"),
    ("Julien", "m"), ("Yannick", "m"), ("Ousmane", "m"), ("Pierre", "m"), ("Mehdi", "m"), ("Antoine", "m"), ("Gaël", "m"), ("Rémi", "m"), ("Loïc", "m"), ("Étienne", "m"),
)  # fmt: skip
LAST_NAMES = (
    "Roussel", "Ndiaye", "Gauthier", "Bonnet", "Ferrand", "Le Goff", "Morel", "Haddad", "Lefebvre", "Marchal", "Delaunay", "Benoît", "Traoré", "Rivière", "Nguyen", "Kowalski",
    "Barbier", "Chevalier", "Diallo", "Fontaine", "Guérin", "Lambert", "Masson", "Perrin", "Robin", "Vasseur", "Zimmermann", "Ollivier", "Pichon", "Quéré",
)  # fmt: skip
STREETS = (
    "rue des Capucines",
    "rue du Moulin",
    "allée des Érables",
    "avenue de la Gare",
    "rue Haute",
    "impasse du Lavoir",
    "place du Marché",
    "chemin des Vignes",
)
TOWNS = (
    ("44998", "Belle-Rive"),
    ("35998", "Saint-Aubin"),
    ("69998", "Villeclaire"),
    ("13998", "Port-Clair"),
    ("67998", "Wissenfeld"),
    ("59998", "Marchiennes-le-Haut"),
    ("31998", "Castelmont"),
)
