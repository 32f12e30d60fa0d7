"""Reads FHIR resources (`reading`, `rooms`), letters (`letters`) and whole Regain exports (`whole`) into the record."""
