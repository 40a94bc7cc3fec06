"""The page that the desk opens with: what needs somebody, and how it goes."""
