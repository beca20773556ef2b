"""Many results rolled up: into towns, parks, districts, industries, quarters, and what an authority answers for."""
