// Reads the TypeScript API with its doc comments. The schemas of the Pulumi plugin and of the Terraform provider are made from it.
import { join } from "node:path";
import ts from "typescript";
import { root } from "./paths.mjs";

/** Files that declare the functions, the settings and the resources; the compiler follows their imports. */
export const sources = {
  functions: join(root, "provider", "functions", "inventory-functions.ts"),
  settings: join(root, "provider", "settings", "args.ts"),
  resources: join(root, "provider", "resources", "index.ts"),
};

/** Markers of a statement's source, such as `[spec]`. */
const marker = /\s*\[(doc|spec|vendor|assumed|assumption \d+)\]/g;

/** Only the project's own types matter: no package is read for them. */
function parse() {
  const options = {
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    types: [],
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => ({
      resolvedModule: text.startsWith(".")
        ? { resolvedFileName: join(from, "..", text).replace(/\.js$/, ".ts"), extension: ".ts" }
        : undefined,
    }));
  return ts.createProgram(Object.values(sources), options, host);
}

const isExported = (statement) => (ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export) !== 0;

/** The declarations of the API, and their doc comments as descriptions of a schema. */
export class Api {
  #program = parse();
  checker = this.#program.getTypeChecker();

  /** Returns the exported declarations of a file that pass. */
  exported(file, passes) {
    const { statements } = this.#program.getSourceFile(file);
    return statements.filter((statement) => isExported(statement) && passes(statement));
  }

  /** Returns the exported interface of this name. @throws Error where no file of the API has it */
  interface(name) {
    const isWanted = (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name;
    const own = this.#program.getSourceFiles().filter(({ isDeclarationFile }) => !isDeclarationFile);
    const [found] = own.flatMap(({ fileName }) => this.exported(fileName, isWanted));
    if (!found) throw new Error(`the API has no interface ${name}`);
    return found;
  }

  /** Returns the doc comment of a symbol. @throws Error where it has none */
  description(symbol) {
    const comment = ts.displayPartsToString(symbol.getDocumentationComment(this.checker));
    const text = comment
      .replace(/\{@link ([^}]+)\}/g, "`$1`")
      .replace(marker, "")
      .trim();
    if (!text) throw new Error(`${symbol.name} has no doc comment: it is the description in the schemas`);
    return text;
  }
}
