"""Candidate questions made from the official text alone."""
