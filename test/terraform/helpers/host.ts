import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Client } from "@grpc/grpc-js";
import { credentials, makeGenericClientConstructor, type ChannelCredentials } from "@grpc/grpc-js";
import { serviceOf } from "../../../provider/terraform/plugin/services";
import type { Certificate } from "../../helpers/tls";
import { plainEnvironment } from "./provider";

/** What a host puts into the environment of a provider. */
export const hostEnvironment = {
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "5,6",
};

/** A provider that was started as a host does. */
export interface StartedProvider {
  readonly child: ChildProcess;
  /** The parts of its first line. */
  readonly line: readonly string[];
  /** Calls it, with this certificate or in plain text; answers the response. */
  call(service: Parameters<typeof serviceOf>[0], method: string, certificate?: Certificate): Promise<unknown>;
  end(): Promise<void>;
}

function pem(base64: string): Buffer {
  const lines = Buffer.from(base64, "base64")
    .toString("base64")
    .replace(/(.{64})/g, "$1\n");
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
}

/** Starts the provider, and waits for its first line. @param root the folder that the provider has as its root */
export async function startProvider(
  command: readonly string[],
  variables: Record<string, string>,
  root = "",
): Promise<StartedProvider> {
  const env = { ...plainEnvironment(), ...hostEnvironment, ...variables };
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "ignore"] });
  const [first] = (await once(createInterface(child.stdout), "line")) as [string];
  const line = first.split("|");
  const [, , , socket = "", , own = ""] = line;
  const channel = (certificate: Certificate | undefined): ChannelCredentials => {
    if (own === "") return credentials.createInsecure();
    const [key, cert] = certificate ? [Buffer.from(certificate.key), Buffer.from(certificate.cert)] : [null, null];
    return credentials.createSsl(pem(own), key, cert);
  };
  return {
    child,
    line,
    call(service, method, certificate) {
      const options = { "grpc.ssl_target_name_override": "localhost", "grpc.default_authority": "localhost" };
      const Service = makeGenericClientConstructor(serviceOf(service), service);
      const client = new Service(`unix:${root}${socket}`, channel(certificate), options) as Client &
        Record<
          string,
          (request: object, options: object, done: (error: Error | null, response: unknown) => void) => void
        >;
      return new Promise((resolve, reject) => {
        client[method]?.({}, { deadline: Date.now() + 10_000 }, (error, response) => {
          client.close();
          if (error) reject(error);
          else resolve(response);
        });
      });
    },
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
    },
  };
}
