"""News from below: an import into a frozen period is noted in the same transaction."""

from mediane.insight.indicators.freezing import note_import
from mediane.kernel.events import subscribe
from mediane.mediation.referrals.imports.events import ReferralsImported

subscribe(ReferralsImported)(note_import)
