// Runs steps of a program by the Automation API, and prints the engine's output: driver PROGRAM STEP…. The example of the
// documentation is beside this file.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var programs = map[string]pulumi.RunFunc{"example": program, "look-ups": lookUps}

// The example has the function main. An init function runs before it.
func init() {
	if err := drive(programs[os.Args[1]], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// The work folder has a Pulumi.yaml that names the plugin.
func drive(run pulumi.RunFunc, steps []string) error {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "test", "go", run, auto.WorkDir("."))
	if err != nil {
		return err
	}
	for _, step := range steps {
		text, err := runStep(ctx, stack, step)
		if err != nil {
			return err
		}
		fmt.Println(text)
	}
	return nil
}

func runStep(ctx context.Context, stack auto.Stack, step string) (string, error) {
	switch step {
	case "preview":
		result, err := stack.Preview(ctx)
		return result.StdOut, err
	case "unchanged":
		result, err := stack.Preview(ctx, optpreview.ExpectNoChanges())
		return result.StdOut, err
	case "up":
		result, err := stack.Up(ctx)
		return result.StdOut, err
	case "refresh":
		result, err := stack.Refresh(ctx)
		return result.StdOut, err
	case "destroy":
		result, err := stack.Destroy(ctx)
		return result.StdOut, err
	}
	return "", fmt.Errorf("no such step: %s", step)
}
