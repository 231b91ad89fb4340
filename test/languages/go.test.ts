import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capitalized } from "../helpers/capitalized";
import { pluginFolder } from "../plugin/environment";
import { example, makeSdks, said } from "../plugin/sdks";
import { lookUps, type LookUp } from "./helpers/look-ups";
import { testPrograms } from "./helpers/programs";
import { describeLanguage } from "./helpers/toolchain";

interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

const plugins = { providers: [{ name: "orange-cmdb", path: pluginFolder }] };

describeLanguage("go", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "orange-cmdb-go-"));
    makeSdks(join(folder, "sdks"));
    cpSync(join(__dirname, "programs/go"), folder, { recursive: true });
    writeFileSync(join(folder, "main.go"), example("go.md", "go"));
    writeFileSync(join(folder, "look-ups.go"), lookUpsProgram());
    const sdk = "pulumi-orange-cmdb/sdk/go";
    expect(said("go", ["mod", "edit", `-require=${sdk}@v0.0.0`, `-replace=${sdk}=./sdks/go`], folder)).toBe("");
    // The flags of tools/engine/go-build.mjs, so that Go finds what it has compiled.
    const build = ["build", "-trimpath", "-gcflags=all=-dwarf=false", "-ldflags=-s -w", "-o", "driver", "."];
    expect(said("go", build, folder, { GOFLAGS: "-mod=mod" })).toBe("");
  }, 900_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("the example of the documentation is formatted", () => {
    expect(execFileSync("gofmt", ["-l", "main.go"], { cwd: folder, encoding: "utf8" })).toBe("");
  });

  testPrograms(() => ({
    command: (program, steps) => [join(folder, "driver"), program, ...steps],
    projectFile: JSON.stringify({ name: "go", runtime: "go", plugins }),
  }));
});

/** Returns a program that makes the look-ups, each in its plain form and in its output form. */
function lookUpsProgram(): string {
  const plain = lookUps.map((look) => `\tadd(${call(look, true)})`);
  const outputs = lookUps.map((look) => `\toutputs = append(outputs, ${call(look, false)})`);
  return `package main

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-orange-cmdb/sdk/go/orangecmdb"
)

func lookUps(ctx *pulumi.Context) error {
	var plain, outputs []any
	var failure error
	add := func(value any, err error) {
		plain = append(plain, value)
		failure = errors.Join(failure, err)
	}
${[...plain, ...outputs].join("\n")}
	ctx.Export("plain", pulumi.ToOutput(plain))
	ctx.Export("outputs", pulumi.ToOutput(outputs))
	return failure
}
`;
}

/** Returns a look-up in Go. */
function call({ what, args }: LookUp, isPlain: boolean): string {
  const { filters = [], limit, ...texts } = args as { filters?: Filter[]; limit?: number };
  const [text, number] = isPlain ? ["pulumi.StringRef", "pulumi.IntRef"] : ["pulumi.String", "pulumi.Int"];
  const fields = Object.entries(texts).map(
    ([name, value]) => `${capitalized(name)}: ${text}(${JSON.stringify(value)})`,
  );
  if (limit !== undefined) fields.push(`Limit: ${number}(${limit})`);
  if (filters.length > 0) {
    const type = isPlain ? "[]orangecmdb.Filter" : "orangecmdb.FilterArray";
    fields.push(`Filters: ${type}{${filters.map((filter) => filterCode(filter, isPlain)).join(", ")}}`);
  }
  // The name "Get…" of a kind with a tracked record belongs to that record.
  const name = what.endsWith("s") || what === "Account" ? `Get${what}` : `Lookup${what}`;
  const given = fields.join(", ");
  return isPlain
    ? `orangecmdb.${name}(ctx, &orangecmdb.${name}Args{${given}})`
    : `orangecmdb.${name}Output(ctx, orangecmdb.${name}OutputArgs{${given}})`;
}

function filterCode({ name, values }: Filter, isPlain: boolean): string {
  const list = `[]string{${values.map((value) => JSON.stringify(value)).join(", ")}}`;
  return isPlain
    ? `{Name: ${JSON.stringify(name)}, Values: ${list}}`
    : `orangecmdb.FilterArgs{Name: pulumi.String(${JSON.stringify(name)}), Values: pulumi.ToStringArray(${list})}`;
}
