"""What goes out when: the calendar of the desk, and moving what stands in it to another day.

Within the package `entries` stands below `moving`, and that below `views`.
"""
