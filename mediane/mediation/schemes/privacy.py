"""Class and retention of every field of this room."""

from mediane.ground.privacy.register import classify

FIELDS = (
    classify(
        "schemes.Body",
        retention="organisation",
        public=(
            "kind listed_on listing_url postal_address city phone phone_hours email site privacy_url "
            "service_complaint_address languages field_of_competence exclusions networks"
        ),
        internal="organisation is_person paid_per_case energy_profile accepts_professionals number_prefix",
        personal="contact_name dpo_contact",
    )
    | classify("schemes.NumberCounter", retention="organisation", internal="body year last")
    | classify(
        "schemes.Charter",
        retention="organisation",
        public="version effective_from effective_to text principle_accepted principle_clause",
        internal="body",
        personal="approved_by",
    )
    # R. 614-1 publishes who the mediator is, since when, and their career.
    | classify(
        "schemes.Mandate",
        retention="organisation",
        public="starts_on ends_on appointed_on",
        internal="body",
        personal="person gender appointed_by career",
    )
    | classify(
        "schemes.Delegation",
        retention="organisation",
        internal="mandate starts_on ends_on reference",
        personal="person",
    )
    | classify("schemes.Subject", retention="organisation", public="name", internal="body parent active")
    | classify(
        "schemes.OtherMediator", retention="organisation", public="name address site competence", internal="active"
    )
)
