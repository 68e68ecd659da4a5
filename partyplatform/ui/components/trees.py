"""A tree of links, drawn in Python: a page shows up to a few hundred nodes, and a template for each costs more than
everything else on it."""

from django.utils.html import escape, mark_safe

from .actions import icon
from .library import register


@register.simple_tag
def tree_nodes(top, target, noun=""):
    """The lines of a tree as nested lists. `target` is the id of the element that a fold or unfold replaces.

    A node has `label`, `url`, `toggle_url`, `rest_url`, `count`, `children`, `left_out`, `is_leaf`, `is_open`,
    `is_current`, `is_hit` and `pk`; `noun` is read aloud after the count.
    """
    pictures = {name: icon(name) for name in ("dot", "down", "right")}
    parts = []
    _draw(top, parts, pictures, escape(target), escape(noun))
    return mark_safe("".join(parts))


def _draw(node, parts, pictures, target, noun):
    label = escape(node.label)
    current = ' aria-current="true"' if node.is_current else ""
    parts.append(f'<li><div class="node"{current}>')
    parts.append(_toggle(node, label, pictures, target))
    shown = f"<mark>{label}</mark>" if node.is_hit else label
    parts.append(f'<a class="node__name" href="{escape(node.url)}">{shown}</a>')
    parts.append(f'<span class="node__n">{node.count}<span class="sr"> {noun}</span></span></div>')
    if node.children:
        parts.append("<ul>")
        for child in node.children:
            _draw(child, parts, pictures, target, noun)
        if node.left_out:
            parts.append(f'<li><a class="node__rest" href="{escape(node.rest_url)}">')
            parts.append(f"还有 {node.left_out} 个，在列表中查看</a></li>")
        parts.append("</ul>")
    parts.append("</li>")


def _toggle(node, label, pictures, target):
    if node.is_leaf:
        return f'<span class="node__toggle" aria-hidden="true">{pictures["dot"]}</span>'
    to, verb, state, picture = escape(node.toggle_url), "展开", "false", pictures["right"]
    if node.is_open:
        verb, state, picture = "收起", "true", pictures["down"]
    return (
        f'<a class="node__toggle" id="toggle-{node.pk}" href="{to}" hx-get="{to}" hx-target="#{target}"'
        f' hx-swap="outerHTML" hx-push-url="true" aria-expanded="{state}" aria-label="{verb} {label}">{picture}</a>'
    )
