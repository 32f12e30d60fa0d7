"""Finding, slots, courses of visits, attendance."""
