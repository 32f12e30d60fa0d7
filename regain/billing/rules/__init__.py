"""Decisions of billing, pure: `claims` (what would stop a claim), `modifiers` (which may stand together), `pairs` (NCCI)."""
