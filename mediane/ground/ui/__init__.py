"""The design system: tokens, block tags, icons, charts, shells' pieces, gallery. Knows no room; every room draws with
it."""
