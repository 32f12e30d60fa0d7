"""Patients, caregivers, practitioners."""
