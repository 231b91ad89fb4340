import { accessSync, closeSync, constants, lstatSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "./fail.js";

/** Can this file be made? Asked before work goes into it. @throws UsageError */
export function checkNewFile(path: string): void {
  explained(path, () => {
    const at = resolve(path);
    if (lstatSync(at, { throwIfNoEntry: false })) throw withCode("EEXIST");
    if (!statSync(dirname(at)).isDirectory()) throw withCode("ENOTDIR");
    accessSync(dirname(at), constants.W_OK);
  });
}

/** Makes a file of its owner alone; what is there is not replaced, and no link is followed. @throws UsageError */
export function writeNewFile(path: string, text: string): void {
  explained(path, () => {
    const at = resolve(path);
    const file = openSync(at, "wx", 0o600);
    try {
      writeFileSync(file, text);
    } catch (error) {
      rmSync(at, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  });
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function explained(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "EEXIST"
        ? `${path} is there already: name another`
        : `${path} cannot be written: ${code}; name a file in a folder that is there and that you may write into`,
    );
  }
}
