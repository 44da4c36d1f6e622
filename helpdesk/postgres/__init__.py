"""Starts a PostgreSQL server of our own, so that the product runs on a machine where nothing is installed.

Nothing in this package imports Django: it runs before there is a database to configure.
"""
