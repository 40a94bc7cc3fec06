"""Tools for whoever works on the site: with DEBUG alone, and never on a server."""


def show_making(middleware):
    middleware.insert(0, "core.web.debugging.show_making")


def add_toolbar(apps, middleware):
    """Django debug toolbar. It brings files and nothing inline: the site's own policy allows it."""
    apps.append("debug_toolbar")
    middleware.insert(1, "debug_toolbar.middleware.DebugToolbarMiddleware")
