"""Reading pages for everybody."""
