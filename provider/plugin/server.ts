import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { printableMessage } from "../platform/printable.js";
import type { Provider } from "./provider.js";

/** A call that the user cancelled. */
const cancelled = { code: status.CANCELLED, message: "cancelled without changes" };

/** Pulumi's own limit, because a list of records can be large. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Returns the gRPC status of an error. Some callers distinguish missing records. */
const codes: Readonly<Record<string, number>> = {
  SettingsError: status.INVALID_ARGUMENT,
  QueryError: status.INVALID_ARGUMENT,
  ExpressionCostError: status.INVALID_ARGUMENT,
  RecordLookupError: status.NOT_FOUND,
  NotImplementedError: status.UNIMPLEMENTED,
};

function notImplemented(method: string): Error {
  const error = new Error(`orange-cmdb does not implement ${method}`);
  error.name = "NotImplementedError";
  return error;
}

function toStatus(error: unknown): { code: number; message: string } {
  if (error === cancelled) return cancelled;
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  // An outdated inventory does not show that a record is missing.
  const isTooOld = name === "RecordLookupError" && (error as { code?: unknown }).code === "too-old";
  return {
    code: isTooOld ? status.FAILED_PRECONDITION : (codes[name] ?? status.UNKNOWN),
    message: printableMessage(message),
  };
}

/** Returns a promise that fails when the engine cancels. */
function newCancellation(): { readonly promise: Promise<never>; cancel(): void } {
  let cancel = (): void => undefined;
  const promise = new Promise<never>((_resolve, reject) => (cancel = () => reject(cancelled)));
  promise.catch(() => undefined);
  return { promise, cancel: () => cancel() };
}

/** Serves a provider on a free port of the loopback interface. Loads it on the first call. Returns the port. */
export async function serve(load: () => Promise<Provider>): Promise<number> {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  let cancellation = newCancellation();

  const answer =
    (name: string) =>
    (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>): void => {
      const work = async (): Promise<unknown> => {
        const provider = await load();
        const method = (provider as unknown as Record<string, ((request: unknown) => unknown) | undefined>)[name];
        if (!method) throw notImplemented(name);
        return method.call(provider, call.request);
      };
      Promise.race([cancellation.promise, work()]).then(
        (response) => done(null, response),
        (error: unknown) => done(toStatus(error)),
      );
    };

  const names = Object.keys(ResourceProviderService);
  server.addService(ResourceProviderService, {
    ...Object.fromEntries(names.map((name) => [name, answer(name)])),
    list: (call: { emit(event: "error", error: unknown): void }) =>
      call.emit("error", toStatus(notImplemented("list"))),
    // Ends running calls. Later calls belong to the next operation of the engine. A running sync continues until the process ends. If it
    // is killed, the mirror is unchanged.
    cancel: (_call: unknown, done: sendUnaryData<Empty>) => {
      cancellation.cancel();
      cancellation = newCancellation();
      done(null, new Empty());
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
