"""The rules that the source keeps: who imports whom, what stays pure, how long a piece may be."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("agent", "coordinator", "simulator")

# The thin shell, by package: what may touch loop, socket, database, clock or chance. A package
# that is not named has its pure modules in PURE instead.
SHELL = {
    "simulator": {
        "simulator.check",
        "simulator.cli",
        "simulator.fleet",
        "simulator.lab",
        "simulator.learn",
        "simulator.labreport",
        "simulator.listeners",
        "simulator.play",
        "simulator.rest",
        "simulator.server",
        "simulator.skipping",
        "simulator.tls",
    },
}
PURE = {
    "agent.errors",
    "agent.parsers",
    "agent.rules",
    "coordinator.contract",
    "coordinator.errors",
    "coordinator.jobs",
}
IMPURE_IMPORTS = {
    "aiohttp",
    "aiosqlite",
    "alembic",
    "asyncio",
    "librouteros",
    "selectors",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "ssl",
    "subprocess",
    "threading",
    "time",
}
# Module and what may be taken from it all the same: fairness needs the time a script has taken.
IMPURE_EXCEPTIONS = {("simulator.process", "time")}
CLOCKS = {"now", "today", "utcnow", "uuid1", "uuid4", "urandom", "getrandom"}
CLOCK_OWNERS = {"date", "datetime", "uuid", "os"}

AGENT_MAY_IMPORT = {"coordinator.client", "coordinator.contract"}
COMPOSITION_ROOT = "simulator.lab"
LAZY_IMPORTER_OF_ROOT = "simulator.cli"

MOST_LINES_OF_A_FUNCTION = 80
MOST_LINES_OF_A_MODULE = 499


@dataclass(frozen=True)
class Import:
    """One imported name.

    Attributes:
        target: Dotted name of the module, or of the name in it.
        line: Where the import stands.
        lazy: It stands in a function.
        typing: It stands under TYPE_CHECKING.
    """

    target: str
    line: int
    lazy: bool
    typing: bool


def source_files(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _targets(node: ast.Import | ast.ImportFrom, module: str, *, is_package: bool) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        parts = module.split(".")
        up = node.level - (1 if is_package else 0)
        base = ".".join([*parts[: len(parts) - up], *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    found: list[Import] = []
    module, is_package = module_name(path), path.name == "__init__.py"

    def visit(node: ast.AST, *, lazy: bool, typing: bool) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.extend(
                Import(target, node.lineno, lazy, typing)
                for target in _targets(node, module, is_package=is_package)
            )
        lazy = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing = typing or _is_type_checking(node)
        for child in ast.iter_child_nodes(node):
            visit(child, lazy=lazy, typing=typing)

    visit(tree_of(path), lazy=False, typing=False)
    return tuple(found)


def is_within(name: str, *modules: str) -> bool:
    return any(name == module or name.startswith(module + ".") for module in modules)


def is_pure(module: str) -> bool:
    package = module.split(".", 1)[0]
    if package in SHELL:
        return not is_within(module, *SHELL[package])
    return is_within(module, *PURE)


ALL_FILES = source_files(*PACKAGES)
PURE_FILES = [path for path in ALL_FILES if is_pure(module_name(path))]


def _place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_coordinator_knows_neither_agent_nor_simulator() -> None:
    assert [
        _place(path, found.line)
        for path in source_files("coordinator")
        for found in imports_of(path)
        if is_within(found.target, "agent", "simulator")
    ] == []


def test_agent_knows_only_contract_and_client_of_the_coordinator() -> None:
    assert [
        f"{_place(path, found.line)}: {found.target}"
        for path in source_files("agent")
        for found in imports_of(path)
        if is_within(found.target, "coordinator", "simulator")
        and not is_within(found.target, *AGENT_MAY_IMPORT)
    ] == []


def test_simulator_knows_the_others_only_in_its_composition_root() -> None:
    assert [
        f"{_place(path, found.line)}: {found.target}"
        for path in source_files("simulator")
        if not is_within(module_name(path), COMPOSITION_ROOT)
        for found in imports_of(path)
        if is_within(found.target, "agent", "coordinator")
    ] == []


def test_composition_root_is_imported_lazily_and_by_the_command_line_only() -> None:
    assert [
        f"{_place(path, found.line)}: {found.target}"
        for path in ALL_FILES
        if not is_within(module_name(path), COMPOSITION_ROOT)
        for found in imports_of(path)
        if is_within(found.target, COMPOSITION_ROOT)
        and not found.typing
        and not (found.lazy and module_name(path) == LAZY_IMPORTER_OF_ROOT)
    ] == []


def test_librouteros_is_seen_by_one_module() -> None:
    assert {
        module_name(path)
        for path in ALL_FILES
        for found in imports_of(path)
        if is_within(found.target, "librouteros")
    } <= {"agent.router"}


@pytest.mark.parametrize("path", PURE_FILES, ids=module_name)
def test_pure_module_imports_no_shell(path: Path) -> None:
    module = module_name(path)
    assert [
        f"{_place(path, found.line)}: {found.target}"
        for found in imports_of(path)
        if not found.typing
        and is_within(found.target, *IMPURE_IMPORTS, *SHELL["simulator"])
        and (module, found.target.split(".", 1)[0]) not in IMPURE_EXCEPTIONS
    ] == []


@pytest.mark.parametrize("path", PURE_FILES, ids=module_name)
def test_pure_module_asks_no_clock_and_no_chance(path: Path) -> None:
    assert [
        f"{_place(path, node.lineno)}: {ast.unparse(node)}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (
            (node.attr in CLOCKS and _last_name(node.value) in CLOCK_OWNERS)
            # A generator with a seed is an argument; the module's own functions are chance.
            or (ast.unparse(node.value) == "random" and node.attr != "Random")
        )
    ] == []


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", 1)[-1]


def test_lists_of_pure_and_shell_modules_name_modules_that_could_be() -> None:
    names = {module_name(path) for path in ALL_FILES}
    assert {name.rsplit(".", 1)[0] for name in PURE} <= names
    assert {module for module, _ in IMPURE_EXCEPTIONS} <= names


def test_functions_are_short() -> None:
    assert [
        f"{_place(path, node.lineno)}: {node.name} has {length} lines"
        for path in source_files(*PACKAGES, "tests")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1)
        > MOST_LINES_OF_A_FUNCTION
    ] == []


def test_modules_are_short() -> None:
    assert [
        f"{path.relative_to(ROOT)} has {lines} lines"
        for path in source_files(*PACKAGES, "tests")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES_OF_A_MODULE
    ] == []


def _builtin_exception(base: ast.expr) -> bool:
    found = getattr(builtins, ast.unparse(base), None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _classes_on_builtin_errors(path: Path) -> list[str]:
    return [
        node.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and any(map(_builtin_exception, node.bases))
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_errors_of_a_package_have_one_root(package: str) -> None:
    roots = {
        f"{module_name(path)}.{name}"
        for path in source_files(package)
        for name in _classes_on_builtin_errors(path)
    }
    assert roots == {f"{package}.errors.{package.capitalize()}Error"}


def _text_files() -> list[Path]:
    folders = [*PACKAGES, "tests", "config", ".ci"]
    inside = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    return [
        path
        for path in [*inside, *sorted(ROOT.glob("*.*"))]
        if path.is_file()
        and path.suffix not in {".pyc", ".lock"}
        and not path.name.startswith(".coverage")
    ]


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    # Put together here, so that this file does not hold them.
    starts = "work|root|Users/[A-Za-z]+|home/[a-z]{2,}"
    path_of_a_machine = re.compile(rf"(?<![\w.}}>/-])/(?:{starts})/".encode())
    assert [
        f"{path.relative_to(ROOT)}: {found.group().decode()}"
        for path in _text_files()
        if (found := path_of_a_machine.search(path.read_bytes()))
    ] == []
