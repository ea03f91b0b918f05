"""Referral files: years of history read from CSV, ODS or XLSX, once or again, without judging any decision a second time."""
