"""What one page shows, ready to be written out: strings for one reader, and what may be pressed."""
