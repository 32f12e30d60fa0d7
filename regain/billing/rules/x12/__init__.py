"""X12 for claims, pure: `text` (segments out and in), `claim` (837P), `wanted` (what an 837P needs), `acknowledged` (999, 277CA), `remitted` (835)."""
