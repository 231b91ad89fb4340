// Package main runs a program of Pulumi by the Automation API: PROGRAM STEP. The example of the documentation is beside this file.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var programs = map[string]pulumi.RunFunc{"example": program, "look-ups": lookUps}

// The example has the function main. An init function runs before it.
func init() {
	if err := drive(programs[os.Args[1]], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Runs a step in the work folder, whose Pulumi.yaml names the plugin. Prints the engine's output and the stack's outputs as JSON.
func drive(run pulumi.RunFunc, step string) error {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "test", "go", run, auto.WorkDir("."))
	if err != nil {
		return err
	}
	var text string
	switch step {
	case "preview":
		result, failure := stack.Preview(ctx)
		text, err = result.StdOut, failure
	case "unchanged":
		result, failure := stack.Preview(ctx, optpreview.ExpectNoChanges())
		text, err = result.StdOut, failure
	case "up":
		result, failure := stack.Up(ctx)
		text, err = result.StdOut, failure
	case "refresh":
		result, failure := stack.Refresh(ctx)
		text, err = result.StdOut, failure
	case "destroy":
		result, failure := stack.Destroy(ctx)
		text, err = result.StdOut, failure
	default:
		err = fmt.Errorf("no such step: %s", step)
	}
	if err != nil {
		return err
	}
	outputs, err := stack.Outputs(ctx)
	if err != nil {
		return err
	}
	values := map[string]any{}
	for name, output := range outputs {
		values[name] = output.Value
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"text": text, "outputs": values})
}
