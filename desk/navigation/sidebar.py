"""The groups of `places`, as far as somebody may go, with what waits and where one is."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst

from desk.navigation.places import GROUPS, Place
from desk.navigation.waiting import shown


@dataclass
class Link:
    label: str
    url: str
    count: str = ""
    current: str = ""


@dataclass
class Group:
    label: str
    links: list[Link]
    lesser: list[Link]

    @property
    def is_open(self):
        return any(link.current for link in self.lesser)


def groups_for(request, apps, counts) -> list[Group]:
    """`apps` are those of `AdminSite.get_app_list`: what this user may go to, and no more.

    `counts` of what waits stand beside them, by name.
    """
    models = {
        model["model"]._meta.label_lower: model
        for app in apps
        for model in app["models"]
        if url_of(model)
    }
    groups = [_group(label, places, models, counts, request.user) for label, places in GROUPS]
    groups += _unplaced(apps, models)
    _mark_current(request.path, [one for group in groups for one in group.links + group.lesser])
    return [group for group in groups if group.links or group.lesser]


def url_of(model) -> str | None:
    return model["admin_url"] or model["add_url"]


def _group(label, places, models, counts, user):
    found = [(place, _link(place, models, counts, user)) for place in places]
    return Group(
        label,
        [link for place, link in found if link and not place.lesser],
        [link for place, link in found if link and place.lesser],
    )


def _link(place: Place, models, counts, user) -> Link | None:
    count = counts.get(place.waiting, 0)
    counted = shown(count) if count else ""
    if ":" in place.of:
        may = user.has_perm(place.permission)
        return Link(place.label, reverse(place.of), counted) if may else None
    model = models.get(place.of)
    return model and Link(place.label or capfirst(model["name"]), url_of(model), counted)


def _unplaced(apps, models):
    placed = {place.of for _label, places in GROUPS for place in places}
    for app in apps:
        labels = (model["model"]._meta.label_lower for model in app["models"])
        left = [models[label] for label in labels if label in models and label not in placed]
        if left:
            yield Group(app["name"], [Link(capfirst(one["name"]), url_of(one)) for one in left], [])


def _mark_current(path, links):
    around = [link for link in links if path.startswith(link.url)]
    if around:
        nearest = max(around, key=lambda link: len(link.url))
        nearest.current = "page" if nearest.url == path else "true"
