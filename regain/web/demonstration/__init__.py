"""The demonstration clinic: fictional, deterministic, dated from the day of seeding. Made through the same actions as real work."""
