"""How one gets about at the desk: by job, with what waits there, and only where one may go.

Within the package `places` and `waiting` stand below `sidebar`.
"""
