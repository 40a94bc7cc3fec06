"""The demo publication: what rooms that `pages` cannot know add to it, after all else is there."""

# By what they load: each answers how many rows it made, and makes none that are there already.
loaders = {}
