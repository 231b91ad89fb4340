import type * as Sqlite from "node:sqlite";

/** Loads SQLite without the warning of Node.js before 24 that it is experimental; all other warnings are emitted. */
function load(): typeof Sqlite {
  const emit = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    const isExperimental = rest[0] === "ExperimentalWarning" && String(warning).startsWith("SQLite ");
    if (!isExperimental) Reflect.apply(emit, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emit;
  }
}

export const { DatabaseSync } = load();
export type DatabaseSync = Sqlite.DatabaseSync;
