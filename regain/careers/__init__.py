"""OT or PT? The professions compared, and the path to a license."""
