"""The mark that this database was made by the demonstration. Without it `mediane demo` touches nothing."""

from __future__ import annotations

from django.db import models


class Demonstration(models.Model):
    """One row. `finished_at` is empty while the build runs, so that a build that was killed is told from a whole one."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.CharField(max_length=20)
