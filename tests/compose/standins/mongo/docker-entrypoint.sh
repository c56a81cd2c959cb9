#!/bin/bash
# mongod's options, as far as SecantusDB has the like; the first start makes the user, as the image does.
set -euo pipefail
shift
while (($#)); do
    case $1 in
        --replSet) export REPLICA_SET=$2; shift 2 ;;
        --keyFile | --wiredTigerCacheSizeGB) shift 2 ;;
        *) shift ;;
    esac
done
touch /tmp/secantusd.toml
server=(secantusd-py --config /tmp/secantusd.toml --port 27017 --storage-path /data/db/secantus --cache-size 256M --log-level WARNING --sync-on-commit)
if [[ -n ${MONGO_INITDB_ROOT_USERNAME:-} && ! -e /data/db/user-made ]]; then
    "${server[@]}" --host 127.0.0.1 &
    python3 - <<'PYTHON'
import os, time
from pymongo import MongoClient
from pymongo.errors import PyMongoError

while True:
    try:
        MongoClient("mongodb://127.0.0.1:27017/?directConnection=true", serverSelectionTimeoutMS=2_000).admin.command(
            "createUser", os.environ["MONGO_INITDB_ROOT_USERNAME"], pwd=os.environ["MONGO_INITDB_ROOT_PASSWORD"],
            roles=[{"role": "root", "db": "admin"}],
        )
        break
    except PyMongoError as error:
        if "already exists" in str(error):
            break
        time.sleep(0.5)
PYTHON
    kill -KILL $!
    wait $! || true
    touch /data/db/user-made
fi
# Drivers go where the server says it is: its address, never 0.0.0.0.
exec "${server[@]}" --host "$(hostname -i | cut --delimiter=' ' --fields=1)" --auth
