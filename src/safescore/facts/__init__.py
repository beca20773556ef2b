"""Submissions: read against the dictionary, and checked for contradictions."""
