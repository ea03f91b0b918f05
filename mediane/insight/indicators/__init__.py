"""One definition each: formula, numerator, denominator, breakdowns."""
