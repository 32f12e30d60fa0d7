"""Writes of billing: `claims` (drafts and their moves, code pairs)."""
