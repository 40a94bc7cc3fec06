"""What follows from words alone: their language, their slug, how two texts differ."""
