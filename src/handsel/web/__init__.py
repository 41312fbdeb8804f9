"""The pages: a form becomes a draft, a draft becomes one call, the answer becomes a page."""
