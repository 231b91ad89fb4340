#!/bin/sh
# Signs an executable for macOS with the certificate of the release workflow, on Linux.
set -eu
exec rcodesign sign --p12-file "$RUNNER_TEMP/certificate.p12" --p12-password-file "$RUNNER_TEMP/password" \
  --code-signature-flags runtime --entitlements-xml-file "$(dirname "$0")/entitlements.plist" "$1"
