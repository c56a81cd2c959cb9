#!/bin/sh
# What an image need not carry of its packages: symbols for debuggers (half of zstandard), sources, tests, installers' lists; of babel, which courlan brings,
# all languages but those of our pages; of pygments, which rich brings, all lexers but Python's; of FastStream all brokers but Kafka; and
# compiled modules that nobody imports.
set -eu
cd /opt/venv/lib/python3.11/site-packages
find . -name '*.so' -exec strip --strip-unneeded {} +
find babel/locale-data -name '*.dat' ! -name 'en.dat' ! -name 'id.dat' ! -name 'id_ID.dat' ! -name 'root.dat' -delete
find . \( -name '*.c' -o -name '*.h' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.pyi' -o -name '*.pyx' \) -delete
find . -path '*.dist-info/RECORD' -delete
find . -type d \( -name test -o -name tests \) -prune -exec rm -r {} +
if [ -d pygments ]; then find pygments/lexers -name '*.py' ! -name '__init__.py' ! -name '_mapping.py' ! -name 'python.py' -delete; fi
rm -rf faststream/confluent faststream/mqtt faststream/nats faststream/rabbit faststream/redis
rm -f lxml/objectify.*.so lxml/html/diff.*.so lxml/html/_difflib.*.so zstandard/_cffi.*.so
