"""Payers, benefits, authorizations; all payer arithmetic."""
