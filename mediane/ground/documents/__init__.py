"""Files: digest, real type, confidentiality class, audience."""
