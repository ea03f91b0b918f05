"""Indicators with stable codes, dashboards, annual report."""
