import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram, type CommandResult } from "../../helpers/run-program";
import { startServer, type TestServer } from "../../helpers/server";
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
export function runCommands(commands: string, folder: string): Promise<CommandResult> {
  const env = { PATH: process.env["PATH"], HOME: folder };
  return runProgram(["bash", "--norc", "-euc", commands], { cwd: folder, env });
}

/** Serves the files of a folder, as a web server does. */
export function serveDownloads(folder: string): Promise<TestServer> {
  return startServer((request, response) => {
    const file = join(folder, request.url ?? "");
    const isFound = existsSync(file);
    const body = isFound ? readFileSync(file) : "";
    // Pulumi rejects a download without its length.
    response.writeHead(isFound ? 200 : 404, { "content-length": body.length }).end(body);
  });
}
