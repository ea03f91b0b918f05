"""The demonstration: invented organisations and cases, built through the services."""
