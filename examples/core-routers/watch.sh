#!/usr/bin/env bash
# Prints what the CMDB changed in the core routers since the last `pulumi up`, and sends it to ALERT_WEBHOOK if that is set (an
# incoming webhook of Slack, Teams or Mattermost). Exit code 0: nothing changed, 2: something changed, 1: an error occurred.
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
  # Escapes the text for JSON.
  TEXT="The CMDB changed core routers of $stack:
$said" node -p 'JSON.stringify({ text: process.env.TEXT })' |
    curl --fail --silent --show-error --header "Content-Type: application/json" --data @- "$ALERT_WEBHOOK" || exit 1
fi
exit 2
