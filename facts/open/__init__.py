"""The published figures as anybody may take them away: by company, by metric, and all at once.

figures   one figure as a row and as an object, and how it stands among the others
metrics   a metric with what each company has of it
dump      the files with everything, written at night
schema    what the files hold, for programs: JSON Schema and CSV on the Web
views     the addresses
"""
