"""Which names a template uses without having them: a walk through its syntax tree with Jinja's scopes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import nodes

_IN_MACRO = frozenset({"caller", "varargs", "kwargs"})
_IN_BLOCK = frozenset({"super", "self"})
_IN_LOOP = frozenset({"loop"})
_ASKED_FOR = frozenset({"defined", "undefined"})


def unknown_names(template: nodes.Template, allowed: frozenset[str]) -> Iterator[nodes.Name]:
    """Uses of names that are neither allowed nor set, imported, looped over or passed to a macro before."""
    return _Walk(allowed | _set_in(template.body)).visit_all(template.body, set(allowed))


def _set_in(body: Iterable[nodes.Node]) -> frozenset[str]:
    """Names that the top level of a template gives to its blocks and macros, wherever these stand."""
    found: set[str] = set()
    for node in body:
        match node:
            case nodes.Macro(name=name):
                found.add(name)
            case nodes.Import(target=name):
                found.add(name)
            case nodes.FromImport(names=names):
                found |= _imported(names)
            case nodes.Assign(target=target) | nodes.AssignBlock(target=target):
                found |= _bound(target)
            case nodes.If():
                inner = [*node.body, *node.elif_, *node.else_]
                found |= _set_in(inner)
    return frozenset(found)


def _imported(names: Iterable[str | tuple[str, str]]) -> set[str]:
    return {name if isinstance(name, str) else name[1] for name in names}


def _bound(target: nodes.Node) -> set[str]:
    return {node.name for node in [target, *target.find_all(nodes.Name)] if isinstance(node, nodes.Name)}


class _Walk:
    """One template; ``given`` is what macros and blocks see of its top level."""

    def __init__(self, given: frozenset[str]) -> None:
        self._given = given

    def visit_all(self, body: Iterable[nodes.Node], scope: set[str]) -> Iterator[nodes.Name]:
        for node in body:
            yield from self._visit(node, scope)

    def _visit(self, node: nodes.Node, scope: set[str]) -> Iterator[nodes.Name]:
        match node:
            case nodes.Name():
                if node.ctx == "load" and node.name not in scope:
                    yield node
            case nodes.Test(name=name, node=nodes.Name()) if name in _ASKED_FOR:
                return
            case nodes.Filter(name="default" | "d", node=nodes.Name()):
                yield from self.visit_all(node.args, scope)
            case _:
                yield from self._visit_statement(node, scope)

    def _visit_statement(self, node: nodes.Node, scope: set[str]) -> Iterator[nodes.Name]:
        """Statements that make, set or hide names; anything else is only looked into."""
        match node:
            case nodes.Assign():
                yield from self._visit(node.node, scope)
                yield from self._bind(node.target, scope)
            case nodes.AssignBlock():
                yield from self.visit_all([*([node.filter] if node.filter else []), *node.body], set(scope))
                yield from self._bind(node.target, scope)
            case nodes.For():
                yield from self._visit_loop(node, scope)
            case nodes.With():
                yield from self.visit_all(node.values, scope)
                inner = set(scope).union(*(_bound(target) for target in node.targets))
                yield from self.visit_all(node.body, inner)
            case nodes.Macro():
                yield from self.visit_all(node.defaults, scope)
                scope.add(node.name)
                inner = {*scope, *self._given, *_IN_MACRO, *(argument.name for argument in node.args)}
                yield from self.visit_all(node.body, inner)
            case nodes.CallBlock():
                yield from self._visit(node.call, scope)
                yield from self.visit_all(node.defaults, scope)
                yield from self.visit_all(node.body, {*scope, *(argument.name for argument in node.args)})
            case nodes.Block():
                outer = scope if node.scoped else set()
                yield from self.visit_all(node.body, {*outer, *self._given, *_IN_BLOCK})
            case nodes.Import():
                yield from self._visit(node.template, scope)
                scope.add(node.target)
            case nodes.FromImport():
                yield from self._visit(node.template, scope)
                scope |= _imported(node.names)
            case nodes.FilterBlock():
                yield from self.visit_all([node.filter, *node.body], set(scope))
            case _:
                yield from self.visit_all(node.iter_child_nodes(), scope)

    def _visit_loop(self, node: nodes.For, scope: set[str]) -> Iterator[nodes.Name]:
        yield from self._visit(node.iter, scope)
        inner = {*scope, *_bound(node.target), *_IN_LOOP}
        if node.test is not None:
            yield from self._visit(node.test, inner)
        yield from self.visit_all(node.body, inner)
        yield from self.visit_all(node.else_, set(scope))

    def _bind(self, target: nodes.Node, scope: set[str]) -> Iterator[nodes.Name]:
        """Names set here; ``{% set space.count = 1 %}`` uses ``space`` and sets nothing new."""
        if isinstance(target, nodes.NSRef):
            if target.name not in scope:
                yield nodes.Name(target.name, "load", lineno=target.lineno)
        else:
            scope |= _bound(target)
