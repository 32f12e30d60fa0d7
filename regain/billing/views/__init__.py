"""Pages of billing: `claims` (what waits, claims)."""
