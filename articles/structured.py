"""What machines read of a page: absolute addresses, Open Graph and JSON-LD."""

import json
from urllib.parse import urljoin

from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

# As django.utils.html.json_script does: nothing in a data block can end it.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(url: str) -> str:
    return urljoin(f"{settings.SITE_URL}/", url)


def script_safe_json(data: dict) -> str:
    escaped = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(escaped)  # noqa: S308 - no markup is left in it


def description_of(article) -> str:
    return article.standfirst or Truncator(" ".join(article.body_text.split())).chars(200)


def image_of(article) -> str:
    return absolute(article.cover.file.url) if article.cover and article.cover.file else ""


def news_article(article, authors) -> str:
    url, image = absolute(article.get_absolute_url()), image_of(article)
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": description_of(article),
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": article.published_at.isoformat(),
        "dateModified": (article.updated_at or article.published_at).isoformat(),
        "author": [
            {"@type": "Person", "name": author.name, "url": absolute(author.get_absolute_url())}
            for author in authors
        ],
        "publisher": {
            "@type": "Organization",
            "name": settings.SITE_NAME,
            "url": f"{settings.SITE_URL}/",
        },
        "articleSection": article.section.name,
        "inLanguage": article.language,
        "wordCount": article.word_count,
    }
    return script_safe_json(data | ({"image": [image]} if image else {}))
