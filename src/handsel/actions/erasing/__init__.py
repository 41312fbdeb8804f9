"""Erasing: asked for, withdrawn, done when the waiting is over, and what it writes over."""
