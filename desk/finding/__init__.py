"""One field that finds whatever this person may see at the desk, and what they may do.

Within the package `kinds` stands below `views`.
"""
