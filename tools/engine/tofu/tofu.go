//go:build tools

// Package tofu pins the OpenTofu CLI, which the tests build when they need it.
package tofu

import _ "github.com/opentofu/opentofu/cmd/tofu"
