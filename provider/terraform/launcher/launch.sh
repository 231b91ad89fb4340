#!/bin/sh
# Starts the provider with the Node.js on PATH, or the one that ORANGE_CMDB_NODE names. OpenTofu shows the first line on
# stdout where it is not the one that it waits for, and gives up at once where the program ends before it has read it.
folder=$(dirname "$0")
node=${ORANGE_CMDB_NODE:-node}
if ! command -v "$node" >/dev/null 2>&1; then
  echo "terraform-provider-orangecmdb needs Node.js 22.16 or later, and found no $node; install it, or set ORANGE_CMDB_NODE to its path"
  sleep 1
  exit 1
fi
exec "$node" "$folder/lib/start.mjs" "$@"
