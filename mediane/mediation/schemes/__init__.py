"""A mediation body: listing, charter, mandates, subjects, rules."""
