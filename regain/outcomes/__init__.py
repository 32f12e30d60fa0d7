"""Measures given, scores, change."""
