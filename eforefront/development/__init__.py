"""党员发展: the table of 25 steps, its guards, limits and marks, and who holds a step. Source: workflows.md 4."""
