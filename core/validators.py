from django.core.validators import URLValidator

# Django's default also admits ftp; links we print lead to the web and nowhere else.
validate_web_url = URLValidator(schemes=["http", "https"])
