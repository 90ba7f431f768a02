"""Questions in other people's formats: files in, records out, and back. Pure."""
