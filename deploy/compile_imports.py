"""Bytecode for what an image imports, and for nothing else: half of what its packages hold is never imported, and it would be a seventh of
the image. Run by the Dockerfile, in an image's own folder: `compile_imports.py shared services …`."""

from __future__ import annotations

import importlib
import pkgutil
import py_compile
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def modules_of(packages: Iterable[str]) -> Iterator[str]:
    """Every module below these packages but those that do something when imported."""
    for package in packages:
        below = pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        yield from (module.name for module in below if not module.name.endswith(".__main__"))


def main(packages: list[str]) -> None:
    for module in modules_of(packages):
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as missing:
            if str(missing.name).startswith(tuple(packages)):
                raise
            sys.stdout.write(f"Left as it is: {module}, for which this image has no {missing.name}.\n")
    ours = (str(Path.cwd()), sys.prefix)
    files = {str(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)}
    for file in sorted(file for file in files if file.endswith(".py") and file.startswith(ours)):
        # By nothing but its place: what is in an image changes no more, whatever time its files bear.
        py_compile.compile(file, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


if __name__ == "__main__":
    main(sys.argv[1:])
