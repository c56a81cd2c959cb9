#!/bin/sh
# What an image need not carry of its packages: symbols for debuggers (half of zstandard), sources and tests, and of babel, which courlan
# brings, all languages but those of our pages.
set -eu
cd /opt/venv/lib/python3.11/site-packages
find . -name '*.so' -exec strip --strip-unneeded {} +
find babel/locale-data -name '*.dat' ! -name 'en.dat' ! -name 'id.dat' ! -name 'id_ID.dat' ! -name 'root.dat' -delete
find . \( -name '*.c' -o -name '*.h' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.pyi' -o -name '*.pyx' \) -delete
find . -type d \( -name test -o -name tests \) -prune -exec rm -r {} +
