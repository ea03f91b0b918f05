"""What is written on standard error: warnings and errors, one line each, nothing personal (messages carry ids, never names)."""

from __future__ import annotations

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "mediane": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Its messages carry addresses, and an address may be the key of a case: errors are logged by mediane.config.errors instead.
        "django.request": {"handlers": [], "level": "CRITICAL"},
        "django.server": {"handlers": [], "propagate": True},
        "procrastinate": {"level": "WARNING"},
    },
}
