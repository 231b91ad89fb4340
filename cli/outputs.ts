import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ignoreFileName, readIgnoreFile } from "../drift/ignore-file.js";
import type { Output } from "../drift/write.js";
import { environmentName } from "../provider/config.js";
import { refusal } from "../provider/files/output-error.js";
import { checkDistinct, checkOutput, isSameFile, type NamedPath } from "../provider/files/output-path.js";
import { isSpecialFile } from "../provider/special-file.js";
import type { DriftOptions } from "./commands/drift-options.js";

/** A file that a command reads. `path`: `-` for standard input, undefined if the user named no file. */
interface Input {
  readonly name: string;
  readonly path: string | undefined;
}

/** Standard output, to which a command prints. */
export const standardOutput: NamedPath = { name: "standard output", path: "/dev/fd/1" };

/** The file of `--write-ignore`; undefined without that option. */
export function ignoreOutput({
  writeIgnore,
  ignoreFile = ignoreFileName,
}: Pick<DriftOptions, "writeIgnore" | "ignoreFile">): string | undefined {
  return writeIgnore === true ? ignoreFile : writeIgnore;
}

/**
 * Checks everything that a command will write before work starts: each path can be written, and none is a file that is read, or
 * that is written too.
 * @returns what is written, which the inventory must not be
 * @throws OutputError; DriftError for a file of `--write-ignore` that is not an ignore file
 */
export function checkOutputs(
  outputs: readonly Output[],
  options: Pick<DriftOptions, "history" | "writeIgnore" | "ignoreFile">,
  inputs: readonly Input[],
): NamedPath[] {
  const { history } = options;
  const writeIgnore = ignoreOutput(options);
  const reports = outputs.flatMap(({ format, path }) =>
    path === undefined ? [] : [{ name: `-o ${format}=${path}`, path }],
  );
  const others = [
    ...(history === undefined ? [] : [{ name: `--history ${history}`, path: history }]),
    ...(writeIgnore === undefined ? [] : [{ name: `--write-ignore ${writeIgnore}`, path: writeIgnore }]),
  ];
  for (const { path } of reports) checkOutput(path, { makeFolders: true });
  for (const { path } of others) checkOutput(path);
  const printed = reports.length < outputs.length ? [standardOutput] : [];
  const writes = [...printed, ...reports, ...others];
  checkCollisions(writes, read(inputs, writeIgnore));
  if (writeIgnore !== undefined && existsSync(writeIgnore) && !isSpecialFile(writeIgnore)) readIgnoreFile(writeIgnore);
  return writes;
}

/** Checks that no output is an input, another output, or in the folder of `--record`. @throws OutputError */
export function checkCollisions(outputs: readonly NamedPath[], inputs: readonly NamedPath[]): void {
  checkDistinct(outputs, inputs);
  const folder = process.env[environmentName("record")];
  const inside = (parent: string): string => join(parent, "00001.json");
  for (const { name, path } of outputs)
    if (folder && isSameFile(inside(dirname(path)), inside(folder)))
      throw refusal(name, "is in the folder of --record");
}

/** The ignore file may be extended. */
function read(inputs: readonly Input[], writeIgnore: string | undefined): NamedPath[] {
  return inputs.flatMap(({ name, path }) => {
    if (path === undefined) return [];
    if (path === "-") return [{ name: "standard input", path: "/dev/fd/0" }];
    const isExtended = name === "--ignore-file" && writeIgnore !== undefined && isSameFile(path, writeIgnore);
    return isExtended ? [] : [{ name, path }];
  });
}
