"""Organizations, sites, users and roles."""
