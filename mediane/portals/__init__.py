"""Page shells, menus and home pages."""
