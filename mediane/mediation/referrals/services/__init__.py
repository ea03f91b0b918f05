"""The use cases of a referral: one verb, one function, who and when as arguments. Each is a room of its own by step of the procedure.

`receiving` (b1, resubmission) · `admissibility` (b2–b4) · `mediation` (b5–b10, b12) · `exchange` (b8) · `solution` (b13–b16, b19) · `ending` (b17, b18, b20,
resumption) · `conflicts` (b11) · `system` (what happens by itself) · `recording` (for a party on paper or on the phone) ·
`retention` (b21) · `rehearsal` (what would happen).
"""
