"""Structured data: schema.org Datasets."""

from django.conf import settings

from core.web.structured import absolute, publisher, script_safe_json

TYPES = {"json": "application/json", "csv": "text/csv"}


def dataset(*, name, description, url, files, modified=None) -> str:
    """JSON-LD of figures that can be taken away; `files` are addresses by format."""
    data = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": str(name),
        "description": str(description),
        "url": absolute(url),
        "license": settings.DATA_LICENCE,
        "isAccessibleForFree": True,
        "creator": publisher(),
        "dateModified": modified and modified.isoformat(),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": TYPES[form],
                "contentUrl": absolute(address),
            }
            for form, address in files.items()
        ],
    }
    return script_safe_json({key: value for key, value in data.items() if value})
