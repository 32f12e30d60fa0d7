"""Reads of billing: `claims` (claims with their lines, visits not billed yet, what a check needs to know)."""
