//go:build tools

// Package gcs pins the Google Cloud Storage emulator of the tests, which build it when they need it.
package gcs

import _ "github.com/fsouza/fake-gcs-server"
