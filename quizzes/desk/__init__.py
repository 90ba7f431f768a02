"""Writing, reviewing, approving and retiring questions, and the map of what they cover."""
