import { printError } from "../../print-error.js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { address, version } from "../build-time.js";
import { selfSigned } from "./certificate.js";
import { log } from "./log.js";
import { serviceOf } from "./services.js";

/** What the host puts into the environment of a plugin, so that nobody starts one by hand. */
const cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/** The version of the plugin protocol: the only one that is spoken. */
const protocol = 6;

/** Records come in one message; the default is 4 MiB. */
const largest = 256 * 1024 * 1024;

/** How long after it was told to end the process may take to do so, in milliseconds. */
const patience = 200;

/** Why this process is no plugin of whoever started it; undefined where it is. */
function refusal(env: NodeJS.ProcessEnv): string | undefined {
  if (env["TF_PLUGIN_MAGIC_COOKIE"] !== cookie) {
    return "This is a provider: OpenTofu or Terraform start it. To start it by hand, for a debugger, add --debug.";
  }
  const offered = (env["PLUGIN_PROTOCOL_VERSIONS"] ?? "").split(",");
  if (offered.includes(String(protocol))) return undefined;
  return `This provider speaks version ${protocol} of the plugin protocol, and was offered ${offered.join(", ")}: OpenTofu, or Terraform from 1.0 on, is needed.`;
}

/** Whoever has the host's certificate may call, and nobody else; in plain text only where the host wants it so. */
function credentials(hostCertificate: string | undefined): { credentials: ServerCredentials; shown: string } {
  if (!hostCertificate) return { credentials: ServerCredentials.createInsecure(), shown: "" };
  const { certificate, key, der } = selfSigned();
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
  // The host reads base64 without padding alone.
  const shown = der.toString("base64").replace(/=+$/, "");
  return { credentials: ServerCredentials.createSsl(Buffer.from(hostCertificate), [pair], true), shown };
}

/** A socket in a folder that this user alone can enter, which goes with the process. */
function makeSocket(): string {
  const folder = mkdtempSync(join(process.env["PLUGIN_UNIX_SOCKET_DIR"] || tmpdir(), "orangecmdb-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "socket");
}

/** A host that was killed tells nobody to end. */
function endWithHost(): void {
  const host = process.ppid;
  setInterval(() => {
    if (process.ppid !== host) process.exit(1);
  }, 1000).unref();
}

/** The host asks for the end of its plugins by a call of its own. */
function shutdown(server: Server): UntypedServiceImplementation {
  return {
    Shutdown(_call: unknown, done: (error: null, response: object) => void): void {
      done(null, {});
      // A connection that is kept open does not keep the process.
      setTimeout(() => process.exit(0), patience).unref();
      server.tryShutdown(() => process.exit(0));
    },
  };
}

function listen(server: Server, at: string, how: ServerCredentials): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`unix:${at}`, how, (error) => (error ? reject(error) : resolve()));
  });
}

/** What a host needs to know to use this process instead of starting one of its own. */
function reattachment(socket: string): string {
  const Addr = { Network: "unix", String: socket };
  const plugin = { Protocol: "grpc", ProtocolVersion: protocol, Pid: process.pid, Test: true, Addr };
  return JSON.stringify({ [address]: plugin });
}

/**
 * Serves a provider to the process that started this one, until that tells it to end. The first line on stdout says how to
 * reach it; with `--debug` nobody started it, and it is a variable to be put into the environment of the host.
 */
export async function serve(provider: UntypedServiceImplementation): Promise<void> {
  const debug = process.argv.includes("--debug");
  const refused = debug ? undefined : refusal(process.env);
  if (refused !== undefined) {
    printError(refused);
    process.exitCode = 1;
    return;
  }
  const server = new Server({ "grpc.max_receive_message_length": largest, "grpc.max_send_message_length": largest });
  server.addService(serviceOf("tfplugin6.Provider"), provider);
  server.addService(serviceOf("plugin.GRPCController"), shutdown(server));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
  // A terminal's Ctrl-C reaches this process too; the host asks it to stop by a call.
  process.on("SIGINT", () => debug && process.exit(0));
  const { credentials: how, shown } = credentials(debug ? undefined : process.env["PLUGIN_CLIENT_CERT"]);
  const socket = makeSocket();
  await listen(server, socket, how);
  if (debug) {
    process.stdout.write(`TF_REATTACH_PROVIDERS='${reattachment(socket)}'\n`);
    return;
  }
  endWithHost();
  process.stdout.write(`1|${protocol}|unix|${socket}|grpc|${shown}\n`);
  log("debug", "serving", { version, milliseconds: Math.round(performance.now()) });
}
