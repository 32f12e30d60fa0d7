"""Letters and requests, function profile, red flags, recommendation."""
