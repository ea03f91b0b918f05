"""The desk: worklist, referral page, admissibility, proposal, moves with what they will do."""
