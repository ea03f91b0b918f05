"""Settings by subject. Everything that differs between installations comes from the environment or the home (docs/guide/settings.md)."""

# Each subject stands on those above it, so their order is meant.
# ruff: noqa: I001
from mediane.config.settings.base import *  # noqa: F403
from mediane.config.settings.database import *  # noqa: F403
from mediane.config.settings.web import *  # noqa: F403
from mediane.config.settings.security import *  # noqa: F403
from mediane.config.settings.accounts import *  # noqa: F403
from mediane.config.settings.i18n import *  # noqa: F403
from mediane.config.settings.mail import *  # noqa: F403
from mediane.config.settings.jobs import *  # noqa: F403
from mediane.config.settings.logs import *  # noqa: F403
