import { join, resolve } from "node:path";
import ts from "typescript";
import type {
  AccountRecord,
  ConfigurationItemRecord,
  getAccount,
  getAccounts,
  getConfigurationItem,
  getConfigurationItems,
  getLocation,
  getLocations,
  getServicePoint,
  getServicePoints,
  getStatus,
  getVersion,
  LocationRecord,
  ServicePointRecord,
} from "../../provider";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Result<F extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;
type Version = NonNullable<Result<typeof getVersion>["version"]>;

/** Checked by tsc. */
const same: true[] = [
  true satisfies Same<Result<typeof getLocation>, LocationRecord>,
  true satisfies Same<Result<typeof getServicePoint>, ServicePointRecord>,
  true satisfies Same<Result<typeof getConfigurationItem>, ConfigurationItemRecord>,
  true satisfies Same<Result<typeof getAccount>, AccountRecord>,
  true satisfies Same<Result<typeof getLocations>["records"][number], LocationRecord>,
  true satisfies Same<Result<typeof getServicePoints>["records"][number], ServicePointRecord>,
  true satisfies Same<Result<typeof getConfigurationItems>["records"][number], ConfigurationItemRecord>,
  true satisfies Same<Result<typeof getAccounts>["records"][number], AccountRecord>,
  true satisfies Same<LocationRecord["country"], string | undefined>,
  true satisfies Same<NonNullable<LocationRecord["attributes"]["address"]>["city"], string | undefined>,
  true satisfies Same<Result<typeof getStatus>["status"], "ok" | "ko" | undefined>,
  true satisfies Same<Result<typeof getVersion>["deprecated"], boolean | undefined>,
  true satisfies Same<Version["major"], string | undefined>,
];

const root = resolve(__dirname, "../..");
const sources = ["provider/index.ts", "policy/index.ts", "provider/resources/tracking.ts", "provider/testing/index.ts"];
const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
  config: object;
};
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(
  sources.map((name) => join(root, name)),
  options,
);
const checker = program.getTypeChecker();

const exportsOf = (name: string): ts.Symbol[] => {
  const file = program.getSourceFile(join(root, name));
  const symbol = file && checker.getSymbolAtLocation(file);
  return symbol ? checker.getExportsOfModule(symbol) : [];
};

test("a hover shows the names of the records that functions return", () => {
  expect(same).not.toContain(false);
  const shown = (name: string): string => {
    const symbol = exportsOf("provider/index.ts").find((found) => found.name === name);
    return symbol === undefined ? "" : checker.typeToString(checker.getTypeOfSymbol(symbol));
  };
  expect(shown("getLocation")).toContain("=> Promise<LocationRecord>");
  expect(shown("getServicePointOutput")).toMatch(/ServicePointRecord/);
  expect(shown("getConfigurationItem")).toContain("=> Promise<ConfigurationItemRecord>");
  expect(shown("getAccount")).toContain("=> Promise<AccountRecord>");
});

test("no hover text of the public API has a mark of its source", () => {
  const texts: [string, string][] = [];
  const seen = new Set<ts.Symbol>();
  const textOf = (symbol: ts.Symbol): string =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)) +
    symbol
      .getJsDocTags(checker)
      .map(({ text }) => ts.displayPartsToString(text))
      .join(" ");
  const visit = (symbol: ts.Symbol, path: string): void => {
    const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (seen.has(declared) || isPrivate(declared) || declared.declarations?.some(isForeign) !== false) return;
    seen.add(declared);
    texts.push([path, textOf(declared)]);
    const [declaration] = declared.declarations;
    if (declaration === undefined) return;
    const types = [checker.getTypeOfSymbolAtLocation(declared, declaration), checker.getDeclaredTypeOfSymbol(declared)];
    for (const type of types) visitType(type, path, 0);
  };
  const visitType = (type: ts.Type, path: string, depth: number): void => {
    if (depth > 3) return;
    for (const member of checker.getPropertiesOfType(type)) visit(member, `${path}.${member.name}`);
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      visitType(signature.getReturnType(), path, depth + 1);
      for (const parameter of signature.parameters)
        visitType(checker.getTypeOfSymbol(parameter), `${path}(${parameter.name})`, depth + 1);
    }
    for (const part of [
      ...(type.isUnionOrIntersection() ? type.types : []),
      ...checker.getTypeArguments(type as never),
    ])
      visitType(part, path, depth + 1);
  };
  for (const name of sources) for (const symbol of exportsOf(name)) visit(symbol, symbol.name);
  expect(texts.length).toBeGreaterThan(200);
  expect(texts.map(([path]) => path)).toContain("kinds");
  expect(texts.filter(([, text]) => /\[(doc|spec|vendor|assum)/.test(text))).toEqual([]);
});

function isPrivate({ valueDeclaration }: ts.Symbol): boolean {
  const name = valueDeclaration && ts.getNameOfDeclaration(valueDeclaration);
  return name !== undefined && ts.isPrivateIdentifier(name);
}

function isForeign(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes("node_modules");
}
