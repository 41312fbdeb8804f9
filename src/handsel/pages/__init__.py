"""What one page shows, ready to be written out: strings for one formatter, and what may be pressed."""
