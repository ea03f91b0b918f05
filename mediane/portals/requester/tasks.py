"""Jobs that only the form queues, made known to the worker."""

from mediane.mediation.referrals.services import drafts

__all__ = ["drafts"]
