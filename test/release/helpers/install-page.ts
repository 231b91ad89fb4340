import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { CommandResult } from "../../helpers/command";
import { host, root, version } from "./release";

const page = readFileSync(join(root, "docs/guides/install.md"), "utf8");
const downloads = `https://github.com/orange-cmdb/pulumi-orange-cmdb/releases/download/v${version}`;

/** Returns the first commands of a section of the page, for this machine and a server in place of GitHub. */
export function commandsOf(section: string, address: string): string {
  const [, text = ""] = page.split(`\n## ${section}\n`);
  const [, commands] = /^```sh\n([^]*?)^```/m.exec(text) ?? [];
  if (commands === undefined) throw new Error(`the page has no commands for ${section}`);
  return commands.replaceAll(downloads, address).replaceAll("linux_amd64", host);
}

/** Runs commands of the page in a folder, which is also the home. They stop at the first that fails. */
export function runCommands(commands: string, folder: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const options = { cwd: folder, env: { PATH: process.env["PATH"], HOME: folder, ...env } };
  return new Promise((done) => {
    execFile("bash", ["--norc", "-euc", commands], options, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

/** A server of the files of a release. */
export interface Downloads {
  readonly address: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Serves the files of a folder over HTTP on loopback. */
export async function serveDownloads(folder: string): Promise<Downloads> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const file = join(folder, request.url ?? "");
    asked.push(request.url ?? "");
    const isFound = existsSync(file);
    const body = isFound ? readFileSync(file) : "";
    // Pulumi rejects a download without its length.
    response.writeHead(isFound ? 200 : 404, { "content-length": body.length }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}
