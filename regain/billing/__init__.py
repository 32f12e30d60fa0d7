"""Charges, claims, remittances, ledger."""
