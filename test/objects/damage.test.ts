import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStoreError, ObjectStore } from "../../provider/objects/object-store";
import { objectSchemes } from "../../provider/objects/object-url";
import { startServer } from "../helpers/server";
import { type Backend, emulatorOf, startBackend } from "./helpers/backends";
import { describeWith } from "./helpers/emulators";
import { useCloudEnvironment } from "./helpers/environment";
import { errorCodes, errorOf } from "./helpers/errors";
import { type Fault, type FaultProxy, startFaultProxy } from "./helpers/fault-proxy";
import { failureOf, keysOf, listAll, openStore, putAll, textOf } from "./helpers/objects";

const setEnvironment = useCloudEnvironment();

const content = "the content of an object, ".repeat(1000);

for (const scheme of objectSchemes)
  describeWith([emulatorOf[scheme]], `reading ${scheme}:// through a faulty connection`, () => {
    let backend: Backend;
    let proxy: FaultProxy;
    let store: ObjectStore;
    const { denied, expired } = errorCodes[scheme];

    beforeAll(async () => {
      backend = await startBackend(scheme);
      setEnvironment(backend.environment);
      const keys = Array.from({ length: 1005 }, (_, index) => `many/${index}`);
      await backend.fill({ object: content, ...Object.fromEntries(keys.map((key) => [key, ""])) });
    });
    beforeEach(async () => {
      proxy = await startFaultProxy(backend.emulator.url);
      setEnvironment(backend.environmentFor(proxy.url));
      store = await openStore(backend, proxy.url);
    });
    afterEach(() => proxy.close());
    afterAll(() => backend.close());

    const failure = (run: () => Promise<unknown>): Promise<ObjectStoreError> => failureOf(run, backend.secrets);
    const read = async (): Promise<string> => textOf(await store.open("object"));
    const answer = (status: number, code: string, message: string): Fault => errorOf(scheme, status, code, message);

    test("reports a denied request at once, with the permission that it needs", async () => {
      proxy.fault = () => answer(403, denied, "The caller is not allowed.");
      const errors = [await failure(() => listAll(store)), await failure(read)];
      expect(errors.map(({ message, isMissing }) => [message, isMissing])).toMatchSnapshot();
      expect(proxy.requests).toHaveLength(2);
    });

    test("reports rejected and expired credentials with the command that signs in", async () => {
      proxy.fault = () => answer(expired[0], expired[1], "The provided token has expired.");
      expect((await failure(read)).message).toMatchSnapshot();
    });

    test("removes credentials that a server echoes", async () => {
      proxy.fault = ({ headers }: IncomingMessage) =>
        answer(
          403,
          denied,
          `no: ${headers.authorization} ${backend.secrets.join(" ")} https://h/?sig=abcdef&X-Amz-Signature=abcdef`,
        );
      const { message } = await failure(read);
      expect(message).not.toMatch(/abcdef/);
      const signature = /(?:Signature=|:|Bearer )(\S+)$/.exec(proxy.requests[0]?.headers.authorization ?? "")?.[1];
      expect(signature).toBeTruthy();
      expect(message).not.toContain(signature);
    });

    test("fails if the second page of a listing cannot be read", async () => {
      proxy.fault = (_, count) => (count === 2 ? answer(403, denied, "The caller is not allowed.") : undefined);
      await failure(() => keysOf(store, "many/"));
      expect(proxy.requests).toHaveLength(2);
    });

    test("reports a listing whose pages repeat", async () => {
      let first: string | undefined;
      proxy.fault = () => ({ rewrite: (body) => (first ??= body) });
      expect((await failure(() => listAll(store, "many/"))).message).toMatch(/repeated/);
    });

    test("reports a truncated page", async () => {
      for (const part of [0.2, 0.5, 0.9, 0.999]) {
        proxy.fault = () => ({ rewrite: (body) => body.slice(0, body.length * part) });
        await failure(() => listAll(store, "many/"));
        proxy.fault = () => ({ cutAfter: Math.floor(100_000 * part) });
        await failure(() => listAll(store, "many/"));
      }
    });

    test("requests the rest of an object whose connection ends early", async () => {
      proxy.fault = (_, count) => (count === 1 ? { cutAfter: 1000 } : undefined);
      expect(await read()).toBe(content);
      expect(proxy.requests).toHaveLength(2);
    });

    test("reads an object whose connection ends before its content is read", async () => {
      proxy.fault = (_, count) => (count === 1 ? { cutAfter: 1000 } : undefined);
      const opened = await store.open("object");
      await sleep(200);
      expect(await textOf(opened)).toBe(content);
    });

    test("reports an object that is truncated in every attempt", async () => {
      proxy.fault = () => ({ cutAfter: 1000 });
      expect((await failure(read)).message).toMatch(/is cut short/);
    });

    test("reports an object that changes while its rest is requested", async () => {
      const opened = await store.open("object");
      proxy.fault = () => ({ cutAfter: 1000 });
      const second = await store.open("object");
      expect(await textOf(opened)).toBe(content);
      proxy.fault = () => undefined;
      await putAll(backend, { object: content.toUpperCase() });
      await failure(() => textOf(second));
      await putAll(backend, { object: content });
    });

    test("reports an object that is deleted between its listing and the request for it", async () => {
      await putAll(backend, { vanishing: "soon" });
      const keys = await keysOf(store, "vanishing");
      await backend.remove("vanishing");
      const error = await failure(() => store.open(keys[0] ?? ""));
      expect(error.isMissing).toBe(true);
    });

    test("does not follow a redirect to another host", async () => {
      const other = await startServer((_, response) => response.end("{}"));
      try {
        for (const status of [301, 302, 307, 308]) {
          proxy.fault = ({ url }) => ({ status, headers: { location: `${other.url}${url ?? ""}` } });
          await failure(() => listAll(store));
          await failure(read);
        }
        expect(other.requests).toHaveLength(0);
      } finally {
        await other.close();
      }
    });
  });
