"""Articles and all that hangs on them. Import from here.

Within: what an article stands under knows no article, and an article knows nothing of its lists,
its quoted figures, its pictures, its revisions, its reviews and notes, its versions and what is
typed and not saved.
"""

from articles.models.articles import Article, Byline, Listing, default_language
from articles.models.autosaves import Autosave
from articles.models.figures import FactUse, FigureDismissal
from articles.models.lists import Edition, ListEntry, Ranking
from articles.models.notes import Note
from articles.models.pictures import PictureUse
from articles.models.plans import PlannedChange
from articles.models.reviews import Review
from articles.models.revisions import ArticleFormerSlug, Revision
from articles.models.rights import SectionRight
from articles.models.sharing import ShareLink
from articles.models.taxonomy import Author, CommentMode, Level, Section, Topic
from articles.models.versions import Version

__all__ = [
    "Article",
    "ArticleFormerSlug",
    "Author",
    "Autosave",
    "Byline",
    "CommentMode",
    "Edition",
    "FactUse",
    "FigureDismissal",
    "Level",
    "ListEntry",
    "Listing",
    "Note",
    "PictureUse",
    "PlannedChange",
    "Ranking",
    "Review",
    "Revision",
    "Section",
    "SectionRight",
    "ShareLink",
    "Topic",
    "Version",
    "default_language",
]
