"""Rows of any kind: written once or many at a time, kept, counted, and waited for."""
