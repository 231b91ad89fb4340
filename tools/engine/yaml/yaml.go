//go:build tools

// Package yaml pins the language host of Pulumi YAML, which the tests build when they need it.
package yaml

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
