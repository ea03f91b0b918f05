"""What the database remembers about itself."""

from __future__ import annotations

from django.db import models


class State(models.Model):
    """One fact about this database: `migrations` (digest of what was applied), `demonstration` (it was made by `mediane demo`)…"""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
