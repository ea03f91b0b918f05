"""Django's PostgreSQL backend with one habit of its own: single rows are written by prepared statements (docs/adr/0190)."""
