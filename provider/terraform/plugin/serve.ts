import { printError } from "../../platform/print-error.js";
import { endWithParent } from "../../platform/processes.js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { address, version } from "./build-time.js";
import { selfSigned } from "./certificate.js";
import { log } from "./log.js";
import { serviceOf } from "./services.js";

/** The variable that the host sets for a plugin, to detect a manual start. */
const cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/** The only supported version of the plugin protocol. */
const protocol = 6;

/** All records are in one message, and the default limit is 4 MiB. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Maximum time for the process to end after a stop, in milliseconds. */
const SHUTDOWN_GRACE_MS = 200;

/** Interval of the check whether the host is running, in milliseconds. */
const PARENT_CHECK_INTERVAL_MS = 1000;

/** The address at which the host connects. */
interface Endpoint {
  readonly network: "unix" | "tcp";
  readonly at: string;
}

/** Returns why this process was not started as a plugin; undefined if it was. */
function refusal(env: NodeJS.ProcessEnv): string | undefined {
  if (env["TF_PLUGIN_MAGIC_COOKIE"] !== cookie) {
    return "This is a provider plugin, which OpenTofu or Terraform starts. To start it in a debugger, add --debug.";
  }
  const offered = (env["PLUGIN_PROTOCOL_VERSIONS"] ?? "").split(",");
  if (offered.includes(String(protocol))) return undefined;
  return `This provider supports version ${protocol} of the plugin protocol, and the host supports ${offered.join(", ")}; use OpenTofu, or Terraform 1.0 or later.`;
}

/** Returns credentials that admit only clients with the host's certificate. Plain text only if the host requests it. */
function credentials(hostCertificate: string | undefined): { credentials: ServerCredentials; shown: string } {
  if (!hostCertificate) return { credentials: ServerCredentials.createInsecure(), shown: "" };
  const { certificate, key, der } = selfSigned();
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
  // The host accepts only base64 without padding.
  const shown = der.toString("base64").replace(/=+$/, "");
  return { credentials: ServerCredentials.createSsl(Buffer.from(hostCertificate), [pair], true), shown };
}

/** Returns a socket in a folder that only this user can enter. The folder is removed at exit. */
function makeSocket(): string {
  const folder = mkdtempSync(join(process.env["PLUGIN_UNIX_SOCKET_DIR"] || tmpdir(), "orangecmdb-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "socket");
}

/** Implements the host's call that stops its plugins. */
function shutdown(server: Server): UntypedServiceImplementation {
  return {
    Shutdown(_call: unknown, done: (error: null, response: object) => void): void {
      done(null, {});
      // An open connection must not keep the process alive.
      setTimeout(() => process.exit(0), SHUTDOWN_GRACE_MS).unref();
      server.tryShutdown(() => process.exit(0));
    },
  };
}

/** Listens at a socket in a private folder; on Windows, where the host cannot use one, at a free port of the loopback interface. */
async function listen(server: Server, how: ServerCredentials): Promise<Endpoint> {
  const bind = promisify(server.bindAsync.bind(server));
  if (process.platform === "win32") {
    const port = await bind("127.0.0.1:0", how);
    return { network: "tcp", at: `127.0.0.1:${port}` };
  }
  const at = makeSocket();
  await bind(`unix:${at}`, how);
  return { network: "unix", at };
}

/** Returns the variable with which a host uses this process instead of starting one. */
function reattachment({ network, at }: Endpoint): string {
  const Addr = { Network: network, String: at };
  const plugin = { Protocol: "grpc", ProtocolVersion: protocol, Pid: process.pid, Test: true, Addr };
  return JSON.stringify({ [address]: plugin });
}

/**
 * Serves a provider to the parent process until it sends a stop. The first line on stdout has the address. With `--debug` there is no
 * parent, and the line is a variable for the environment of the host.
 */
export async function serve(provider: UntypedServiceImplementation): Promise<void> {
  const debug = process.argv.includes("--debug");
  const refused = debug ? undefined : refusal(process.env);
  if (refused !== undefined) {
    printError(refused);
    process.exitCode = 1;
    return;
  }
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(serviceOf("tfplugin6.Provider"), provider);
  server.addService(serviceOf("plugin.GRPCController"), shutdown(server));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
  // Ctrl-C also reaches this process, but the host stops it by a call.
  process.on("SIGINT", () => debug && process.exit(0));
  const { credentials: how, shown } = credentials(debug ? undefined : process.env["PLUGIN_CLIENT_CERT"]);
  const endpoint = await listen(server, how);
  if (debug) {
    process.stdout.write(`TF_REATTACH_PROVIDERS='${reattachment(endpoint)}'\n`);
    return;
  }
  endWithParent(1, PARENT_CHECK_INTERVAL_MS);
  process.stdout.write(`1|${protocol}|${endpoint.network}|${endpoint.at}|grpc|${shown}\n`);
  log("debug", "serving", { version, milliseconds: Math.round(performance.now()) });
}
