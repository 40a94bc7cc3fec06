"""Which sources under `assets/` make which stylesheet and script, in the order of the cascade.

A reader fetches `dateline.css` and `dateline.js` alone; pages about figures and corrections add
a small stylesheet of theirs.
"""


def styles(names):
    return [f"css/{name}.css" for name in names.split()]


def modules(names):
    return [f"js/{name}.mjs" for name in names.split()]


def desk(names):
    return [f"desk/{name}.mjs" for name in names.split()]


BUNDLES = {
    "css/dateline.css": styles(
        "tokens accent base text buttons masthead footer masthead-phone breadcrumbs "
        "prose code scrolling copying figures sources history tables cards "
        "front figure-band columns ledger halves "
        "article contents margin entries article-end "
        "lists rows archives directory "
        "profile conflicts stacked-tables technologies "
        "ads discussion comment comment-buttons comment-pages forms filters states "
        "figure-card forced-colors print"
    ),
    "css/facts.css": styles("figure-page charts compare"),
    "css/corrections.css": styles("corrections"),
    "admin-ext/desk.css": styles("accent desk desk-frame"),
    "admin-ext/paste.js": desk(
        "field paste-source paste-words paste-notes paste-tidy paste-markdown paste"
    ),
    "admin-ext/pictures.js": desk("field uploads picture-tray picture-picker pictures"),
    "admin-ext/editor.js": desk("editor-library editor-commands editor-looks editor-tools editor"),
    "js/dateline.js": modules(
        "memory placing asking theme hearts "
        "sentences quotation form-stamp draft threads matter reply-form comment-heart discussion "
        "read-before figure-card copy-code embed prefetch main"
    ),
}
