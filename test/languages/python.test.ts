import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { example, makeSdks, said } from "../plugin/sdks";
import { camel, snake, type Value } from "./helpers/look-ups";
import { testPrograms, type Program } from "./helpers/programs";
import { describeLanguage } from "./helpers/toolchain";

const programs = join(__dirname, "programs/python");

describeLanguage("python", (installed) => {
  let folder: string;
  let python: string;
  const files = (): Readonly<Record<Program, string>> => ({
    example: join(folder, "__main__.py"),
    "look-ups": join(programs, "look_ups.py"),
  });
  const sitePackages = (program: string): string =>
    execFileSync(program, ["-c", "import site; print(site.getsitepackages()[0])"], { encoding: "utf8" }).trim();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "orange-cmdb-python-"));
    makeSdks(join(folder, "sdks"));
    writeFileSync(files().example, example("python.md", "python"));
    // A virtual environment of its own for the generated SDK, which sees the packages of the one in the cache.
    const base = join(installed, "bin/python");
    expect(said(base, ["-m", "venv", "--without-pip", "venv"], folder)).toBe("");
    python = join(folder, "venv/bin/python");
    writeFileSync(join(sitePackages(python), "base.pth"), `${sitePackages(base)}\n`);
    const flags = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-build-isolation"];
    const pip = ["-m", "pip", "--python", python, "install", ...flags, join(folder, "sdks/python")];
    expect(said(join(installed, "bin/python"), pip, folder)).toBe("");
  }, 900_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("the example of the documentation passes mypy --strict", () => {
    const mypy = ["-m", "mypy", "--strict", `--cache-dir=${join(installed, "mypy")}`, files().example];
    expect(said(python, mypy, folder)).toBe("");
  });

  testPrograms(() => ({
    command: (program, steps) => [python, join(programs, "driver.py"), files()[program], ...steps],
    named: snake,
    converted,
  }));
});

/** Converts the names of a record's fields, and not those in `attributes`. */
function converted({ attributes, records, ...rest }: Value): Value {
  const fields = Object.fromEntries(Object.entries(rest).map(([name, value]) => [camel(name), value]));
  return {
    ...fields,
    ...(attributes === undefined ? {} : { attributes }),
    ...(Array.isArray(records) ? { records: records.map((record: Value) => converted(record)) } : {}),
  };
}
