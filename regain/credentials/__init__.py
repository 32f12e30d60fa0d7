"""Licenses, supervision, continuing education: who may do what, on which date."""
