"""The annual report in JSON, HTML, PDF and ODS."""
