"""The block tags, by subject. ``templatetags/ui.py`` gathers them."""
