"""The referral, from the form to the certificate: the procedure."""
