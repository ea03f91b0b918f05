"""Letters and e-mails out: kinds, statements, PDF, dispatch, proof."""
