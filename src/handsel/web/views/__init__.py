"""One file per noun or page."""
