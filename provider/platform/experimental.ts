/**
 * Loads a module of Node.js without the warning that it is experimental. All other warnings are emitted.
 * @param feature the word that the warning begins with
 * @returns undefined if this Node.js does not have the module
 */
export function loadExperimental(name: string, feature: string): object | undefined {
  const emit = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    const isExperimental = rest[0] === "ExperimentalWarning" && String(warning).startsWith(`${feature} `);
    if (!isExperimental) Reflect.apply(emit, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule(name);
  } finally {
    process.emitWarning = emit;
  }
}
