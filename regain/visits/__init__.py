"""Evaluation, treatment, progress and discharge notes."""
