"""Fields and what goes round them. A field is drawn from its Django ``BoundField``, so that its errors, hints and
names always follow."""

from __future__ import annotations

from typing import Literal

from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mediane.ground.ui import formats

from .base import block, css, draw, drawn, el, register, safe, tag


@register.filter
def need(bound: BoundField) -> str:
    """What a label says of how needed its field is: « facultatif », a condition (`Form.conditions`), « obligatoire » in a form where little is; else ""."""
    conditions = getattr(bound.form, "conditions", {})
    if not bound.field.required and bound.name in conditions:
        return str(conditions[bound.name])
    if getattr(bound.form, "most_optional", False):
        return _("obligatoire") if bound.field.required else ""
    return "" if bound.field.required else _("facultatif")


@tag
def field(
    bound: BoundField,
    *,
    label: str = "",
    hint: str | Literal[False] = "",
    wording: Literal["normal", "question", "quiet"] = "normal",
    serif: bool = False,
) -> SafeString:
    """A field of a Django form: label, hint, error, widget. ``question``: the label is the title of the page (one
    thing per page); ``quiet``: the label is for screen readers. ``label`` and ``hint`` replace those of the
    field (``hint=False``: none)."""
    if label:
        bound.label = label
    if hint or hint is False:
        bound.help_text = hint or ""
    if serif:
        bound.field.widget.attrs["class"] = "textarea textarea--serif"
    return drawn(bound.render(context={"field": bound, "wording": wording}))


@tag
def error_text(name: object, message: object) -> SafeString:
    """« Date de votre réclamation : cette date est dans le futur »: an error never stands without the name of its
    field."""
    label, said = str(name).rstrip(" \u00a0\u202f:"), str(message).removesuffix(".")
    if not label or said.startswith(label):
        return safe(message)
    if label.endswith("?"):
        return safe(label, " ", said)
    if said[1:2].islower():  # « Ce champ… » becomes « ce champ… », « SIREN… » stays
        said = said[0].lower() + said[1:]
    return safe(label, f"{formats.NBSP}: " if formats.french() else ": ", said)


@tag
def error_summary(form: BaseForm) -> SafeString:
    """What must be corrected, each line leading to its field. Nothing when nothing is wrong. The page's script puts
    the focus here."""
    rows = [safe(message) for message in form.non_field_errors()]
    for bound in form:
        # A group of choices has no label of its own to lead to: its first choice has the focus.
        first = bound.id_for_label or (f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id)
        said = (error_text(bound.label, message) for message in bound.errors)
        rows += [text if bound.is_hidden else el("a", text, href=f"#{first}") for text in said]
    if not rows:
        return drawn("")
    title = _("Il y a un problème") if len(rows) == 1 else _("Il y a %(n)s problèmes") % {"n": len(rows)}
    return el(
        "div",
        el("h2", title, id="errors-title"),
        el("ul", *[el("li", row) for row in rows]),
        class_="errors",
        id="errors",
        role="alert",
        aria_labelledby="errors-title",
        tabindex="-1",
        data_focus=True,
    )


@block
def fieldset(content: str, *, legend: str, quiet: bool = False, hint: str = "") -> SafeString:
    """Fields that belong together."""
    return el(
        "fieldset",
        el("legend", legend, class_="sr" if quiet else "label"),
        hint and el("p", hint, class_="hint"),
        content,
        class_="stack stack--sm",
    )


@tag
def choice(
    *,
    name: str,
    value: object,
    label: str,
    hint: str = "",
    checked: bool = False,
    compact: bool = False,
    required: bool = False,
) -> SafeString:
    """One choice as a card, where no Django form is at hand."""
    box = el("input", type="radio", name=name, value=value, checked=checked, required=required)
    return el(
        "label",
        box,
        el("span", el("b", label), hint and el("span", hint, class_="hint")),
        class_=css("choice", compact and "desk-choice"),
    )


@block
def files(content: str, *, label: str = "") -> SafeString:
    """Files already received. Around ``{% file %}``s."""
    return el("ul", content, class_="stack stack--sm", aria_label=label or _("Fichiers ajoutés"))


@block
def file(
    content: str,
    *,
    name: str,
    state: Literal["received", "sending", "unreadable", "waiting"] = "received",
    meta: str = "",
    progress: int | None = None,
    problem: str = "",
    icon: str = "document",
) -> SafeString:
    """A file: its name, what became of it (``meta``), a button (content). ``unreadable`` says what is wrong
    (``problem``) and, in the content, what to do."""
    if state == "unreadable":
        error = el(
            "p",
            draw("late"),
            el("span", problem or _("« %(name)s » est illisible") % {"name": name}),
            class_="field__error",
        )
        return el("li", error, el("div", content, class_="hint"), class_="field field--error")
    said = safe(draw("done"), " ", meta) if state == "received" else meta
    bar = None
    if state == "sending" and progress is not None:
        label = _("Envoi de %(name)s") % {"name": name}
        bar = el("progress", f"{progress} %", max=100, value=progress, aria_label=label)
    note = meta and safe(el("br"), el("small", el("span", said, class_="t-green" if state == "received" else None)))
    words = el("span", el("b", name), note, bar)
    return el("li", el("span", draw(icon), class_="file__thumb"), words, el("span", content), class_="file")


_AMPLE = 5_000  # characters: two pages


@tag
def counter(context: Context, *, target: str, limit: int) -> SafeString:
    """How much may be written in a text field; the script counts down. A limit that nobody meets is not said before it is near."""
    words = "" if limit >= _AMPLE else _("%(n)s caractères au plus") % {"n": formats.number(limit)}
    return el(
        "p",
        words,
        class_="hint mini",
        id=f"{target}_count",
        data_counts=target,
        data_left=_("encore {n} caractères"),
        data_over=_("{n} caractères de trop"),
    )


@block
def chooser(content: str, *, several: bool = True) -> SafeString:
    """Around ``<input type="file">``: our button in the page's language and the names of what was chosen. Without a
    script the browser's own control stands there, and works."""
    button = el(
        "span", draw("document"), _("Choisir des fichiers") if several else _("Choisir un fichier"), class_="btn"
    )
    none = _("Aucun fichier choisi")
    return el(
        "span",
        content,
        el("span", button, el("span", none, class_="chooser__said"), class_="chooser__face", aria_hidden="true"),
        el("span", class_="chooser__names", role="status"),
        class_="chooser",
        data_chooser=True,
        data_none=none,
        data_one=_("{n} fichier choisi"),
        data_some=_("{n} fichiers choisis"),
    )
