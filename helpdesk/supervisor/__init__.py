"""Runs the whole product on one machine for development: database, pages, worker and simulator. Imports no Django."""
