//go:build tools

// Package versitygw pins the S3 server of the tests, which build it when they need it.
package versitygw

import _ "github.com/versity/versitygw/cmd/versitygw"
