"""Free time (`free_time`) and courses of visits (`course`): pure, every moment passed in."""
