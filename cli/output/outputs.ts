import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ignoreFileName, readIgnoreFile } from "../../drift/ignore/ignore-file.js";
import type { Output } from "../../drift/formats/write.js";
import { environmentName } from "../../provider/settings/schema.js";
import { refusal } from "../../provider/files/output-error.js";
import {
  checkDistinct,
  checkOutput,
  isSameFile,
  standardOutputPath,
  type NamedPath,
} from "../../provider/files/output-path.js";
import { isSpecialFile } from "../../provider/files/special-file.js";
import type { GlobalOptions } from "../options/global-options.js";

/** A file that a command reads. `path` is `-` for standard input, and undefined if the option is not set. */
interface Input {
  readonly name: string;
  readonly path: string | undefined;
}

/** The options that name files to write. */
interface FileOptions {
  readonly history?: string | undefined;
  readonly writeIgnore?: string | true | undefined;
  readonly ignoreFile?: string | undefined;
}

/** Standard output, as a path. */
export const standardOutput: NamedPath = { name: "standard output", path: standardOutputPath };

/** Returns the file of `--write-ignore`; undefined without that option. */
export function ignoreOutput({
  writeIgnore,
  ignoreFile = ignoreFileName,
}: Omit<FileOptions, "history">): string | undefined {
  return writeIgnore === true ? ignoreFile : writeIgnore;
}

/**
 * Checks all outputs before work starts: each path must be writable, and must differ from each input and each other output.
 * @returns the outputs, so that the caller can check that none is the inventory
 * @throws OutputError; DriftError for a file of `--write-ignore` that is not an ignore file
 */
export function checkOutputs(
  outputs: readonly Output[],
  options: FileOptions,
  inputs: readonly Input[],
  globals: GlobalOptions,
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
  checkCollisions(writes, read(inputs, writeIgnore), globals);
  if (writeIgnore !== undefined && existsSync(writeIgnore) && !isSpecialFile(writeIgnore)) readIgnoreFile(writeIgnore);
  return writes;
}

/** Checks that no output is an input, another output, or in the folder of `--record-http`. @throws OutputError */
export function checkCollisions(
  outputs: readonly NamedPath[],
  inputs: readonly NamedPath[],
  { settings }: GlobalOptions,
): void {
  checkDistinct(outputs, inputs);
  const folder = settings.recordingDir ?? process.env[environmentName("recordingDir")];
  const inside = (parent: string): string => join(parent, "00001.json");
  for (const { name, path } of outputs)
    if (folder && isSameFile(inside(dirname(path)), inside(folder)))
      throw refusal(name, "is in the folder of --record-http");
}

/** Returns the inputs that no output may overwrite. The ignore file is not one if --write-ignore extends it. */
function read(inputs: readonly Input[], writeIgnore: string | undefined): NamedPath[] {
  return inputs.flatMap(({ name, path }) => {
    if (path === undefined) return [];
    if (path === "-") return [{ name: "standard input", path: "/dev/fd/0" }];
    const isExtended = name === "--ignore-file" && writeIgnore !== undefined && isSameFile(path, writeIgnore);
    return isExtended ? [] : [{ name, path }];
  });
}
