// Makes the SDKs of a provider plugin from its schema, by the generators of the Pulumi CLI, for the tests: the language
// plugins that run them are no Go modules.
//
//	sdk SCHEMA FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The schema refers to no other package: nothing is ever loaded.
var loader = schema.NewCachedLoader(nil)

func generate(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	pkg, problems, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	for _, problem := range problems {
		fmt.Println(problem)
	}
	tool := spec.Name
	generators := map[string]func() (map[string][]byte, error){
		"go":     func() (map[string][]byte, error) { return gen.GeneratePackage(tool, pkg, nil) },
		"nodejs": func() (map[string][]byte, error) { return nodejs.GeneratePackage(tool, pkg, nil, nil, false, loader) },
		"python": func() (map[string][]byte, error) { return python.GeneratePackage(tool, pkg, nil, loader) },
	}
	for language, generator := range generators {
		files, err := generator()
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		for name, content := range files {
			path := filepath.Join(folder, language, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func main() {
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
