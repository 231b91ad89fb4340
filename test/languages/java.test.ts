import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { example, said } from "../plugin/sdks";
import { testPrograms } from "./helpers/programs";
import { classesOf, readSchema } from "./helpers/schema";
import { describeLanguage } from "./helpers/toolchain";

const programs = join(__dirname, "programs/java");

// The generator of the Java SDK is not a Go module: classes written by hand stand in for the generated ones.
describeLanguage("java", (installed) => {
  let folder: string;
  const libraries = join(installed, "*");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "orange-cmdb-java-"));
    writeFileSync(join(folder, "App.java"), example("java.md", "java"));
    const sources = [join(folder, "App.java"), ...["Driver.java", "LookUps.java"].map((name) => join(programs, name))];
    const flags = ["-Werror", "-Xlint:all,-classfile,-processing,-serial,-try", "-proc:none"];
    const paths = ["-cp", libraries, "-sourcepath", join(programs, "sdk"), "-d", join(folder, "classes")];
    expect(said("javac", [...flags, ...paths, ...sources], folder)).toBe("");
  }, 900_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("the classes written by hand have the tokens and the properties of the schema", () => {
    const schema = readSchema();
    const classes = classesOf(schema);
    const tokens = [...Object.keys(schema.functions), ...Object.keys(schema.resources)];
    const files = readdirSync(join(programs, "sdk"), { recursive: true, encoding: "utf8" });
    const sources = files.filter((name) => name.endsWith(".java"));
    expect(sources.length).toBeGreaterThan(7);
    for (const source of sources) {
      const code = readFileSync(join(programs, "sdk", source), "utf8");
      const name = basename(source, ".java");
      for (const [token] of code.matchAll(/orange-cmdb:[\w:]+/g)) expect(tokens).toContain(token);
      if (name === "OrangecmdbFunctions") continue;
      const names = [...code.matchAll(/(?:@(?:Import|Export)\(name = "|Setter\s+public Builder )(\w+)/g)];
      expect([name, names.length]).not.toEqual([name, 0]);
      for (const [, property] of names)
        expect([name, Object.keys(classes.get(name)?.properties ?? {})]).toEqual([
          name,
          expect.arrayContaining([property]),
        ]);
    }
  });

  testPrograms(() => ({
    command: (program, steps) => {
      const classes = [join(folder, "classes"), libraries].join(delimiter);
      return ["java", "-XX:TieredStopAtLevel=1", "-cp", classes, "Driver", program, ...steps];
    },
  }));
});
