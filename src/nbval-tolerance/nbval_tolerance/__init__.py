"""A pytest plugin that compares notebooks with tolerance: `plugin` has its hooks, `drawn` is an extension of IPython."""
