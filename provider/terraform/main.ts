import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { printableMessage } from "../platform/printable.js";
import { diagnose } from "./plugin/diagnostics.js";
import { log } from "./plugin/log.js";
import { serve } from "./plugin/serve.js";
import type { OrangeCmdbProvider } from "./provider.js";

let loaded: Promise<OrangeCmdbProvider> | undefined;

/** Loads the provider after the first line on stdout, because the host waits only for that line. */
function provider(): Promise<OrangeCmdbProvider> {
  loaded ??= import("./provider.js").then(({ OrangeCmdbProvider }) => new OrangeCmdbProvider());
  return loaded;
}

/** Wraps a call so that a failure becomes a diagnostic. The host does not show the message of a failed call. */
function handler(name: keyof OrangeCmdbProvider): handleUnaryCall<never, object> {
  return async ({ request }, done) => {
    try {
      done(null, await (await provider())[name](request));
    } catch (error) {
      log("error", `${name} failed`, { stack: error instanceof Error ? error.stack : undefined });
      done(null, { diagnostics: [diagnose(error)] });
    }
  };
}

const calls: Readonly<Record<keyof OrangeCmdbProvider, true>> = {
  GetProviderSchema: true,
  ValidateProviderConfig: true,
  ConfigureProvider: true,
  ValidateDataResourceConfig: true,
  ReadDataSource: true,
  StopProvider: true,
};
const handlers = Object.keys(calls).map((name) => [name, handler(name as keyof OrangeCmdbProvider)]);

serve(Object.fromEntries(handlers) as UntypedServiceImplementation).then(provider, (error: unknown) => {
  // The host shows an unexpected first line on stdout, if the process is still running then.
  process.stdout.write(`terraform-provider-orangecmdb cannot start: ${printableMessage(String(error))}\n`);
  setTimeout(() => process.exit(1), 1000);
});

// Makes this file a module, also for bundlers.
export {};
