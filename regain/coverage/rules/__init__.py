"""Payer arithmetic, pure: `units` (codes, units, modifiers) and `shares` (allowed amounts, patient and payer)."""
