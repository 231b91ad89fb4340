import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { pluginProgram } from "./environment";

/** The plugin as a process, and a client that asks it what the engine asks. */
export interface RunningPlugin {
  readonly child: ChildProcess;
  readonly client: ResourceProviderClient;
  end(): void;
}

/** Starts the plugin as the engine does. */
export async function startPlugin(
  environment: NodeJS.ProcessEnv,
  command: readonly string[] = [pluginProgram],
): Promise<RunningPlugin> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    env: { ...process.env, NODE_OPTIONS: "", ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    child,
    client,
    end() {
      client.close();
      child.kill();
    },
  };
}

/** The answer of one call; a failed one is rejected with the gRPC error. */
export function answerOf<A>(call: (done: (error: ServiceError | null, answer: A) => void) => unknown): Promise<A> {
  return new Promise((resolve, reject) => {
    call((error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

/** Properties as Pulumi sends them. */
export function struct(properties: object): Struct {
  return Struct.fromJavaScript(properties as never);
}
