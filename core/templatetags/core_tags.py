from django import template

from core.live import PLACES, mark

register = template.Library()


@register.tag
def live(parser, token):
    """What is made for every answer, in a page that is otherwise kept. See core.live."""
    nodes = parser.parse(["endlive"])
    parser.delete_first_token()
    return LiveNode(nodes)


class LiveNode(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        places = context.get(PLACES)
        if places is None:
            return self.nodelist.render(context)
        places.append(self.nodelist)
        return mark(len(places) - 1)
