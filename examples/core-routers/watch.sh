#!/usr/bin/env bash
# Tells what the CMDB changed of the core routers since the last `pulumi up`, to ALERT_WEBHOOK (as Slack, Teams and Mattermost
# take it); without one only on standard output. Exit code 0 nothing changed, 2 something did, 1 it could not be established.
set -uo pipefail
stack=${1:?name the stack}

said=$(pulumi preview --stack "$stack" --diff --non-interactive --suppress-progress 2>&1) || {
  echo "$said" >&2
  exit 1
}
if pulumi preview --stack "$stack" --expect-no-changes --non-interactive --suppress-progress >/dev/null 2>&1; then
  echo "nothing changed"
  exit 0
fi
echo "$said"
if [ -n "${ALERT_WEBHOOK:-}" ]; then
  # As JSON, whatever the text holds.
  TEXT="The CMDB changed core routers of $stack:
$said" node -p 'JSON.stringify({ text: process.env.TEXT })' |
    curl --fail --silent --show-error --header "Content-Type: application/json" --data @- "$ALERT_WEBHOOK" || exit 1
fi
exit 2
