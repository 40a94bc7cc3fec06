"""What machines read of a page: absolute addresses, Open Graph and JSON-LD."""

from django.utils.text import Truncator

from core.web.structured import absolute, publisher, script_safe_json


def description_of(article) -> str:
    return article.standfirst or Truncator(" ".join(article.body_text.split())).chars(200)


def search_description_of(article) -> str:
    return article.search_description or description_of(article)


def canonical_of(article) -> str:
    return article.canonical_url or absolute(article.get_absolute_url())


def image_of(article) -> str:
    picture = article.share_picture or article.cover
    return absolute(picture.file.url) if picture and picture.file else ""


def item_list(entries) -> dict:
    """The companies of a list in its order."""
    return {
        "@type": "ItemList",
        "numberOfItems": len(entries),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": _organization(entry.company)}
            for position, entry in enumerate(entries, start=1)
        ],
    }


def _organization(company) -> dict:
    url = {"url": absolute(company.get_absolute_url())} if company.is_public else {}
    return {"@type": "Organization", "name": company.name} | url


def citation(source) -> dict:
    """A source of the page's numbered list as the work that the article cites."""
    work = {"@type": "CreativeWork", "name": source["title"]}
    return work | ({"url": source["url"]} if source["url"] else {})


def news_article(article, authors, entries=(), sources=()) -> str:
    url, image = canonical_of(article), image_of(article)
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": search_description_of(article),
        "url": url,
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.changed_at.isoformat(),
        "author": [
            {"@type": "Person", "name": author.name, "url": absolute(author.get_absolute_url())}
            for author in authors
        ],
        "publisher": publisher("publishingPrinciples", "correctionsPolicy"),
        "articleSection": article.section.name if article.section else "",
        "inLanguage": article.language,
        "wordCount": article.word_count,
    }
    if article.retracted_at:
        data["creativeWorkStatus"] = "Retracted"
    if entries:
        data["mainEntity"] = item_list(entries)
    if sources:
        data["citation"] = [citation(source) for source in sources]
    if notes := getattr(article, "correction_notes", None):
        data["correction"] = notes.structured()
    return script_safe_json(data | ({"image": [image]} if image else {}))
