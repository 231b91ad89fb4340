// Installs what programs in other languages need in the tests, once each; prints the folder.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installOnce, run } from "../install-once.mjs";
import { root } from "../paths.mjs";

const { version: pulumi } = createRequire(import.meta.url)("@pulumi/pulumi/package.json");
const pom = join(root, "test", "languages", "programs", "java", "pom.xml");

/** Each language: the version in the folder's name, and what fills the empty folder. */
const languages = {
  // A virtual environment with the SDK, the type checker, and what builds and runs the generated SDK.
  python: {
    version: pulumi,
    install(folder) {
      run("python3", ["-m", "venv", "."], folder);
      const flags = ["--quiet", "--disable-pip-version-check", "--no-input"];
      const packages = [`pulumi==${pulumi}`, "mypy==2.4.1", "setuptools==80.9.0", "parver==1.0.1.post0"];
      run(join(folder, "bin", "python"), ["-m", "pip", "install", ...flags, ...packages], folder);
    },
  },
  // The archives of the SDK and of its dependencies.
  java: {
    version: /<artifactId>pulumi<\/artifactId>\s*<version>(.*)<\/version>/.exec(readFileSync(pom, "utf8"))[1],
    install(folder) {
      run("javac", ["--version"], folder);
      const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${folder}`, "-DincludeScope=runtime"];
      run("mvn", ["--quiet", "--batch-mode", "--file", pom, ...goal], folder);
    },
  },
};

/** Returns the folder of a language, which is filled if it is empty. @throws Error if it cannot be filled here */
async function installLanguage(name) {
  const { version, install } = languages[name];
  const folder = join(root, ".cache", "languages", `${name}-${version}`);
  await installOnce(folder, () => {
    console.error(`Installing the SDK ${version} of ${name}, once …`);
    install(folder);
  });
  return folder;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(await installLanguage(process.argv[2]));
