"""Cited, dated facts and the one Finding type. Standard library only."""
