import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram, type CommandResult } from "../../helpers/run-program";
import { startServer, type TestServer } from "../../helpers/server";
import { host, root, version } from "./release";

const page = readFileSync(join(root, "docs/guides/install.md"), "utf8");
const downloads = `https://github.com/orange-cmdb/pulumi-orange-cmdb/releases/download/v${version}`;

/** Returns the first block of a section of the page in a language. */
export function blockOf(section: string, language: string): string {
  const [, text = ""] = page.split(new RegExp(`\\n##+ ${section}\\n`));
  const [, block] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "m").exec(text) ?? [];
  if (block === undefined) throw new Error(`the page has no ${language} for ${section}`);
  return block;
}

/** Returns the first commands of a section, for this machine and a server in place of GitHub. */
export const commandsOf = (section: string, address = ""): string =>
  blockOf(section, "sh").replaceAll(downloads, address).replaceAll("linux_amd64", host);

/** The files of a release that the page names, by their URLs. */
export const namedFiles = [...page.matchAll(new RegExp(`${downloads}/([\\w.-]+)`, "g"))].map(([, name = ""]) => name);

/** Runs commands of the page in a folder, which is also the home. They stop at the first that fails. */
export function runCommands(commands: string, folder: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const variables = { PATH: process.env["PATH"], HOME: folder, ...env };
  return runProgram(["bash", "--norc", "-euc", commands], { cwd: folder, env: variables });
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
