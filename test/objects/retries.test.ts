import type { ObjectStore, ObjectStoreError } from "../../provider/objects/object-store";
import { objectSchemes } from "../../provider/objects/object-url";
import { type Backend, emulatorOf, startBackend } from "./helpers/backends";
import { describeWith, emulatorProgram } from "./helpers/emulators";
import { useCloudEnvironment } from "./helpers/environment";
import { errorCodes, errorOf } from "./helpers/errors";
import { type Fault, type FaultProxy, startFaultProxy } from "./helpers/fault-proxy";
import { failureOf, keysOf, openStore, textOf } from "./helpers/objects";

// The clients pause for many seconds between their attempts. All reads of this file begin together, each with its own proxy, and the
// tests wait for their results.

const setEnvironment = useCloudEnvironment();

const content = "the content of an object, ".repeat(1000);

/** The results of the reads of a store. */
interface Reads {
  /** For each fault of the first two requests: the text that was read, and the number of requests. */
  readonly repeated: Promise<(readonly [string, number])[]>;
  /** The keys of a listing whose first request was throttled. */
  readonly listed: Promise<string[]>;
  /** The error of a request that is always throttled, and the number of requests. */
  readonly throttled: Promise<readonly [ObjectStoreError, number]>;
  /** The error of a request to a server that is gone. */
  readonly unreachable: Promise<ObjectStoreError>;
}

const running: { close(): Promise<void> }[] = [];
const reads = new Map<string, Reads>();

beforeAll(async () => {
  for (const scheme of objectSchemes)
    if (emulatorProgram(emulatorOf[scheme]) !== undefined)
      reads.set(scheme, await beginReads(await startBackend(scheme)));
});
afterAll(() => Promise.all(running.map((one) => one.close())));

async function beginReads(backend: Backend): Promise<Reads> {
  const { scheme, secrets } = backend;
  running.push(backend);
  await backend.fill({ object: content });
  const open = async (fault: FaultProxy["fault"]): Promise<{ store: ObjectStore; proxy: FaultProxy }> => {
    const proxy = await startFaultProxy(backend.emulator.url);
    running.push(proxy);
    proxy.fault = fault;
    setEnvironment(backend.environmentFor(proxy.url));
    return { store: await openStore(backend, proxy.url), proxy };
  };
  const read = async (store: ObjectStore): Promise<string> => textOf(await store.open("object"));
  const busy = errorOf(scheme, ...errorCodes[scheme].busy, "Slow down.");
  const faults: readonly Fault[] = [busy, "reset", errorOf(scheme, 500, "InternalError", "Oops.")];
  const faulty = [];
  for (const fault of faults) faulty.push(await open((_, count) => (count <= 2 ? fault : undefined)));
  const once = await open((_, count) => (count === 1 ? busy : undefined));
  const always = await open(() => busy);
  const gone = await open(() => undefined);
  await gone.proxy.close();
  return {
    repeated: Promise.all(faulty.map(async ({ store, proxy }) => [await read(store), proxy.requests.length] as const)),
    listed: keysOf(once.store, "obj"),
    throttled: failureOf(() => read(always.store), secrets).then((error) => [error, always.proxy.requests.length]),
    unreachable: failureOf(() => read(gone.store), secrets),
  };
}

for (const scheme of objectSchemes)
  describeWith([emulatorOf[scheme]], `reading ${scheme}:// through a faulty connection`, () => {
    const readsOf = (): Reads => {
      const found = reads.get(scheme);
      if (!found) throw new Error(`no reads of ${scheme} have begun`);
      return found;
    };

    test("repeats throttled, failed and reset requests", async () => {
      expect(await readsOf().repeated).toEqual([
        [content, 3],
        [content, 3],
        [content, 3],
      ]);
      expect(await readsOf().listed).toEqual(["object"]);
    });

    test("gives up a request that is always throttled", async () => {
      const [{ message }, requests] = await readsOf().throttled;
      expect(message).toMatchSnapshot();
      expect(requests).toBe(6);
    });

    test("reports a server that cannot be reached", async () => {
      const { message } = await readsOf().unreachable;
      expect(message).toMatch(/ECONNREFUSED.*: check the parameters of the URL, the network and the proxy settings$/);
    });
  });
