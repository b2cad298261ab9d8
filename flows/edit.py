"""Apply edits to flows. Every edit has an inverse; one that cannot be made changes nothing and says why."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, get_type_hints

import msgspec

from engine.flow import MOST_CASES, Edge, Flow, Node, Note
from engine.text import texts, with_texts
from flows import edits as op
from flows.case_edits import put_case
from flows.case_faults import case_faults, too_large
from flows.faults import from_schema, of_msgspec
from flows.inverse import inverse, patched, touched
from flows.merge import merge, same
from flows.overwriting import Overwritten, led_elsewhere, merge_field
from flows.sound import unsound
from flows.words import said
from nodes import node_types
from schemas import UiLanguage
from schemas.document import node_faults
from schemas.words import language_name

MOST_NODES = 2000
MOST_EDITS = 5000
LONGEST_TEXT = 10_000
_NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OWN = ("timezone", "trigger", "start", "interrupts", "apologies", "inputs", "outputs")
# With all that the document's own types forbid: what is stored must be read again.
_PLAIN: dict[str, Any] = {"name": str, **{name: get_type_hints(Flow, include_extras=True)[name] for name in _OWN}}

_replace = msgspec.structs.replace


class EditError(ValueError):
    """An edit that cannot be made: ``message`` (English), and ``where`` it would have been (``nodes/greet/text``)."""

    def __init__(self, where: str, code: str, **values: Any) -> None:
        super().__init__(said(code, values))
        self.where = where
        self.code = code
        self.values = values

    @property
    def message(self) -> str:
        return str(self)

    def in_words(self, language: UiLanguage) -> str:
        """The message in a language of the screens."""
        values = dict(self.values)
        if "why" in values:
            values["reason"] = said(values["why"], values, language)
        if self.code in ("no_such_language", "language_exists", "own_language"):
            values["language"] = language_name(values["language"], language)
        return said(self.code, values, language)


class Applied(msgspec.Struct, frozen=True):
    """The flow after an edit, the edit that takes it back, the nodes that look different or are gone, what it cost."""

    flow: Flow[Any]
    inverse: op.Patch
    changed_nodes: tuple[str, ...]
    overwritten: tuple[Overwritten, ...] = ()


def apply(flow: Flow[Any], edit: op.AnyEdit | Mapping[str, Any]) -> Applied:
    """Fold an edit (or its JSON) into a flow. Raises EditError; the flow given is never changed."""
    wanted = read(edit) if isinstance(edit, Mapping) else edit
    lost: list[Overwritten] = []
    done = _applied(flow, wanted, lost)
    if len(done.nodes) > MOST_NODES:
        raise EditError("nodes", "too_many_nodes", limit=MOST_NODES)
    for fault in too_large(done.cases) if done.cases != flow.cases else ():
        raise EditError(fault.path, fault.code, **fault.values)
    back = inverse(flow, done)
    return Applied(done, back, touched(back), tuple(lost))


def read(edit: Mapping[str, Any]) -> op.AnyEdit:
    """An edit from its JSON. Raises EditError."""
    if (found := next(unsound(edit), None)) is not None:
        raise EditError(found.path, found.code, **found.values)
    try:
        wanted: op.AnyEdit = msgspec.convert(edit, op.AnyEdit)
    except (msgspec.ValidationError, OverflowError) as error:
        raise _misfit("", error) from error
    if _count(wanted) > MOST_EDITS:
        raise EditError("", "too_many_edits", limit=MOST_EDITS)
    return wanted


def _applied(flow: Flow[Any], edit: op.AnyEdit, lost: list[Overwritten]) -> Flow[Any]:
    match edit:
        case op.Add():
            return _add(flow, edit)
        case op.Remove():
            return _remove(flow, edit)
        case op.Move(to=to):
            for node_id in to:
                _existing(flow, node_id)
            return _replace(flow, layout={**flow.layout, **to})
        case op.Connect():
            return _connect(flow, edit, lost)
        case op.Disconnect():
            return _disconnect(flow, edit, lost)
        case op.Set():
            return _set(flow, edit, lost)
        case op.Translate():
            return _translate(flow, edit, lost)
        case op.SetFlow(field="language", value=language):
            return _speak(flow, _language(language))
        case op.SetFlow():
            return _set_flow(flow, edit, lost)
        case op.AddLanguage(language=language):
            if _language(language) in flow.languages:
                raise EditError("translations", "language_exists", language=language)
            return _replace(flow, translations={**flow.translations, language: {}})
        case op.RemoveLanguage(language=language):
            if language not in flow.translations:
                code = "own_language" if language == flow.language else "no_such_language"
                raise EditError("translations", code, language=language)
            return _replace(flow, translations={k: v for k, v in flow.translations.items() if k != language})
        case op.PutNote():
            return _put_note(flow, edit, lost)
        case op.RemoveNote(id=note_id):
            if note_id not in flow.notes:
                raise EditError("notes", "no_such_note", name=note_id)
            return _replace(flow, notes={k: v for k, v in flow.notes.items() if k != note_id})
        case op.PutCase():
            return _with_cases(flow, put_case(flow, edit, lost))
        case op.RemoveCase(id=case_id):
            if case_id not in flow.cases:
                raise EditError(f"cases/{case_id[:80]}", "no_such_case", name=case_id[:80])
            return _replace(flow, cases={k: v for k, v in flow.cases.items() if k != case_id})
        case op.Batch(edits=edits):
            for one in edits:
                flow = _applied(flow, one, lost)
            return flow
        case op.Patch():
            return _patch(flow, edit)


def _add(flow: Flow[Any], edit: op.Add) -> Flow[Any]:
    if edit.node in flow.nodes:
        raise EditError(f"nodes/{edit.node}", "node_exists", name=edit.node)
    node = _node(edit.node, edit.config)
    layout = {**flow.layout, edit.node: edit.at} if edit.at else flow.layout
    return _replace(flow, nodes={**flow.nodes, edit.node: node}, layout=layout, start=flow.start or edit.node)


def _remove(flow: Flow[Any], edit: op.Remove) -> Flow[Any]:
    gone = set(edit.nodes)
    for node_id in edit.nodes:
        _existing(flow, node_id)
    return _replace(
        flow,
        nodes={node_id: node for node_id, node in flow.nodes.items() if node_id not in gone},
        edges=tuple(edge for edge in flow.edges if edge.source not in gone and edge.target not in gone),
        layout={node_id: at for node_id, at in flow.layout.items() if node_id not in gone},
        translations={
            language: {node_id: texts for node_id, texts in of_nodes.items() if node_id not in gone}
            for language, of_nodes in flow.translations.items()
        },
        start="" if flow.start in gone else flow.start,
        interrupts=tuple(interrupt for interrupt in flow.interrupts if interrupt.to not in gone),
    )


def _connect(flow: Flow[Any], edit: op.Connect, lost: list[Overwritten]) -> Flow[Any]:
    source = _existing(flow, edit.source)
    _existing(flow, edit.target)
    if edit.port not in {port.id for port in source.ports()}:
        raise EditError(f"nodes/{edit.source}", "no_such_port", node=edit.source, port=edit.port)
    led_elsewhere(flow, edit, edit.target, lost)
    others = tuple(edge for edge in flow.edges if (edge.source, edge.port) != (edit.source, edit.port))
    return _replace(flow, edges=tuple(sorted((*others, Edge(edit.source, edit.port, edit.target)))))


def _disconnect(flow: Flow[Any], edit: op.Disconnect, lost: list[Overwritten]) -> Flow[Any]:
    left = tuple(edge for edge in flow.edges if (edge.source, edge.port) != (edit.source, edit.port))
    if left == flow.edges and edit.base is msgspec.UNSET:
        raise EditError(f"nodes/{edit.source}", "no_such_edge", node=edit.source, port=edit.port)
    led_elsewhere(flow, edit, "", lost)
    return _replace(flow, edges=left)


def _set(flow: Flow[Any], edit: op.Set, lost: list[Overwritten]) -> Flow[Any]:
    node = _existing(flow, edit.node)
    where = f"nodes/{edit.node}/{edit.field}"
    if edit.field not in node.__struct_fields__:
        raise EditError(where, "no_such_field", name=edit.field)
    config: dict[str, Any] = {**msgspec.to_builtins(node), edit.field: edit.value}
    if edit.value is None:
        del config[edit.field]
    made = _node(edit.node, config)
    if edit.base is not msgspec.UNSET:
        back = {"op": "set", "node": edit.node, "field": edit.field}

        def fits(value: Any) -> Node:
            return _node(edit.node, {**config, edit.field: value})

        def plain(value: Node) -> Any:
            return msgspec.to_builtins(getattr(value, edit.field))

        made = merge_field(edit.base, plain(made), plain(node), fits, plain, lost, edit.node, edit.field, back)
    return _with_node(flow, edit.node, made)


def _set_flow(flow: Flow[Any], edit: op.SetFlow, lost: list[Overwritten]) -> Flow[Any]:
    field = edit.field
    made = _own(field, edit.value)
    if edit.base is not msgspec.UNSET:
        now, mine = msgspec.to_builtins(getattr(flow, field)), msgspec.to_builtins(made)
        back = {"op": "set_flow", "field": field}

        def fits(value: Any) -> Any:
            return _own(field, value)

        made = merge_field(edit.base, mine, now, fits, msgspec.to_builtins, lost, "", field, back)
    return _replace(flow, **{field: made})


def _put_note(flow: Flow[Any], edit: op.PutNote, lost: list[Overwritten]) -> Flow[Any]:
    where = f"notes/{edit.id}"
    before = flow.notes.get(edit.id)
    width = edit.width if edit.width is not msgspec.UNSET else before and before.width
    made = _converted({"text": edit.text, "at": edit.at, "width": width}, Note, where)
    if edit.base is not msgspec.UNSET and edit.id in flow.notes:
        value, gone = merge(*map(msgspec.to_builtins, (edit.base, made, flow.notes[edit.id])))
        made = _converted(value, Note, where)
        for one in gone:
            if one.path == "text":
                back = {"op": "note", "id": edit.id, "text": one.value, "at": made.at, "base": value}
                lost.append(Overwritten("", f"notes.{edit.id}", one.value, back))
    return _replace(flow, notes={**flow.notes, edit.id: made})


def _with_node(flow: Flow[Any], node_id: str, node: Node) -> Flow[Any]:
    """The flow with a node configured anew; edges and translations that have lost their place in it go."""
    ports = {port.id for port in node.ports()}
    paths = {path for path, _ in texts(node)}
    return _replace(
        flow,
        nodes={**flow.nodes, node_id: node},
        edges=tuple(edge for edge in flow.edges if edge.source != node_id or edge.port in ports),
        translations={
            language: {**of_nodes, node_id: {path: text for path, text in of_nodes[node_id].items() if path in paths}}
            if node_id in of_nodes
            else of_nodes
            for language, of_nodes in flow.translations.items()
        },
    )


def _translate(flow: Flow[Any], edit: op.Translate, lost: list[Overwritten]) -> Flow[Any]:
    node = _existing(flow, edit.node)
    where = f"nodes/{edit.node}/{edit.path.replace('.', '/')}"
    if edit.path not in dict(texts(node)):
        raise EditError(where, "no_such_text", node=edit.node, path=edit.path)
    if len(edit.text) > LONGEST_TEXT:
        raise EditError(where, "text_longer", found=len(edit.text), allowed=LONGEST_TEXT)
    own = edit.language == flow.language
    now = dict(texts(node))[edit.path] if own else _said_there(flow, edit)
    if edit.base not in (msgspec.UNSET, now) and edit.text != now:
        back = {"op": "translate", "language": edit.language, "node": edit.node, "path": edit.path, "text": now}
        language = "" if own else edit.language
        lost.append(Overwritten(edit.node, edit.path, now or None, {**back, "base": edit.text}, language))
    if own:
        changed = with_texts(node, lambda path, text: edit.text if path == edit.path else text)
        return _with_node(flow, edit.node, _node(edit.node, msgspec.to_builtins(changed)))
    if edit.language not in flow.translations:
        raise EditError(where, "no_such_language", language=edit.language)
    of_nodes = flow.translations[edit.language]
    said_there = {path: text for path, text in of_nodes.get(edit.node, {}).items() if path != edit.path}
    if edit.text:
        said_there[edit.path] = edit.text
    left = {node_id: of_node for node_id, of_node in of_nodes.items() if node_id != edit.node}
    if said_there:
        left[edit.node] = said_there
    return _replace(flow, translations={**flow.translations, edit.language: left})


def _said_there(flow: Flow[Any], edit: op.Translate) -> str:
    return flow.translations.get(edit.language, {}).get(edit.node, {}).get(edit.path, "")


def _in_words(node: Node, versions: Mapping[str, str]) -> Node:
    return with_texts(node, lambda path, text: versions.get(path) or text)


def _speak(flow: Flow[Any], language: str) -> Flow[Any]:
    """Another language as the flow's own."""
    if language not in flow.translations:
        return _replace(flow, language=language)
    theirs = flow.translations[language]
    nodes = {}
    ours: dict[str, dict[str, str]] = {}
    for node_id, node in flow.nodes.items():
        versions = theirs.get(node_id, {})
        # Written as a translation a text may be longer than it may be here.
        nodes[node_id] = _node(node_id, msgspec.to_builtins(_in_words(node, versions))) if versions else node
        if said_here := {path: text for path, text in texts(node) if text}:
            ours[node_id] = said_here
    translations = {tag: of_nodes for tag, of_nodes in flow.translations.items() if tag != language}
    return _replace(flow, language=language, nodes=nodes, translations={**translations, flow.language: ours})


def _with_cases(flow: Flow[Any], cases: dict[str, str]) -> Flow[Any]:
    if len(cases) > MOST_CASES:
        raise EditError("cases", "too_many_cases", limit=MOST_CASES)
    changed = {case_id: text for case_id, text in cases.items() if flow.cases.get(case_id) != text}
    for fault in case_faults(changed):
        raise EditError(fault.path, fault.code, **fault.values)
    return _replace(flow, cases=cases)


def _patch(flow: Flow[Any], patch: op.Patch) -> Flow[Any]:
    """What a Patch says, and nothing that hangs in the air: others may have edited since it was made.

    Raises EditError `changed_since` where they have changed all of it.
    """
    changes = patched(flow, patch)
    nodes = dict(flow.nodes)
    for node_id, config in changes.pop("nodes").items():
        if config is None:
            nodes.pop(node_id, None)
        else:
            nodes[node_id] = _node(node_id, config)
    plain = changes.pop("flow")
    own = {name: _own(name, value) for name, value in plain.items() if name != "language"}
    if "language" in plain:
        own["language"] = _language(plain["language"])
    for language in changes["translations"]:
        _language(language)
    ports = {node_id: {port.id for port in node.ports()} for node_id, node in nodes.items()}
    checked = _with_cases(flow, changes.pop("cases"))
    changes["edges"] = tuple(e for e in changes["edges"] if e.target in nodes and e.port in ports.get(e.source, ()))
    done = _replace(checked, nodes=nodes, **changes, **own)
    wanted = patch.base is not None and patch != op.Patch(base=patch.base)
    # In Structs, 1 equals true.
    if wanted and done == flow and same(msgspec.to_builtins(done), msgspec.to_builtins(flow)):
        raise EditError("", "changed_since")
    return done


def _existing(flow: Flow[Any], node_id: str) -> Node:
    if node_id not in flow.nodes:
        raise EditError(f"nodes/{node_id}", "no_such_node", name=node_id)
    node: Node = flow.nodes[node_id]
    return node


def _node(node_id: str, config: Mapping[str, Any]) -> Node:
    if not _NODE_ID.fullmatch(node_id):
        raise EditError("nodes", "bad_node_id", name=node_id[:80])
    try:
        node: Node = msgspec.convert(config, _any_node())
    except (msgspec.ValidationError, OverflowError) as error:
        faults = from_schema(node_faults(msgspec.json.decode(msgspec.json.encode(config))), f"nodes/{node_id}")
        if faults:
            raise EditError(faults[0].path, faults[0].code, **faults[0].values) from error
        raise _misfit(f"nodes/{node_id}", error) from error
    return node


def _own(field: str, value: Any) -> Any:
    if field not in _PLAIN:
        raise EditError(field, "no_such_field", name=field)
    found = _converted(value, _PLAIN[field], field)
    if field == "name" and not found:
        raise EditError("name", "should_be_non_empty")
    if field == "name" and len(found) > 120:
        raise EditError("name", "text_longer", found=len(found), allowed=120)
    return found


def _converted(value: Any, kind: Any, where: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError) as error:
        raise _misfit(where, error) from error


def _misfit(where: str, error: Exception) -> EditError:
    """A value of another kind than is needed."""
    why, values = of_msgspec(error)
    return EditError(where, "no_such_edit", why=why, reason=said(why, values), **values)


def _language(tag: Any) -> str:
    if not isinstance(tag, str) or not _LANGUAGE.fullmatch(tag):
        raise EditError("language", "wrong_form", found=str(tag)[:60])
    return tag


def _count(edit: op.AnyEdit) -> int:
    return sum(map(_count, edit.edits)) if isinstance(edit, op.Batch) else 1


@cache
def _any_node() -> Any:
    return Union[tuple(node_types().values())]  # noqa: UP007 a union of types known only now
