"""The design system: block tags, tokens, icons, charts, gallery."""
