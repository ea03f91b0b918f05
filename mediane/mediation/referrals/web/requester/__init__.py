"""The requester's follow-up of one case: where it stands, what next, who, by when; and what one may do there."""
