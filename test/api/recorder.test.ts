import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Headers } from "node-fetch";
import { hasRecordings, Recorder, recorderFor } from "../../provider/api/recording/recorder";
import type { HttpExchange } from "../../provider/api/http/http-recorder";
import { RecordingError } from "../../provider/api/errors/recording-error";
import { Redactor } from "../../provider/api/http/redact";
import { apiDefaults } from "../../provider/api/http/settings";
import { settingsFor } from "../helpers/server";

const { paging } = apiDefaults;

describe("the recording folder", () => {
  let above: string;
  beforeEach(() => (above = mkdtempSync(join(tmpdir(), "orange-cmdb-recording-"))));
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(above, { recursive: true, force: true });
  });

  const exchanged = (changes: Partial<HttpExchange> = {}): HttpExchange => ({
    path: ["locations"],
    query: {},
    paging,
    status: 200,
    headers: new Headers(),
    body: Buffer.from("[]"),
    ...changes,
  });
  const redactor = new Redactor(settingsFor("https://api.example.test"));
  const refusal = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      expect(error).toBeInstanceOf(RecordingError);
      return (error as Error).message.replaceAll(above, "…");
    }
    throw new Error("it was not refused");
  };
  const filesOf = (folder: string): unknown[] =>
    readdirSync(folder)
      .sort()
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown);

  test("is created with private permissions, and shares one recorder in a process", () => {
    const folder = join(above, "new", "record");
    // As in a process that has recorded nothing yet.
    let fresh = { recorderFor, hasRecordings };
    jest.isolateModules(() => (fresh = jest.requireActual("../../provider/api/recording/recorder")));
    const recorder = fresh.recorderFor(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(fresh.recorderFor(relative(process.cwd(), folder))).toBe(recorder);
    expect(fresh.recorderFor(join(above, "another"))).not.toBe(recorder);
    expect([recorder.count, recorder.firstError, fresh.hasRecordings()]).toEqual([0, undefined, false]);
    recorder.record(exchanged(), redactor);
    expect([recorder.count, recorder.firstError, fresh.hasRecordings()]).toEqual([1, undefined, true]);
    expect(statSync(join(folder, "00001.json")).mode & 0o777).toBe(0o600);
  });

  test("is rejected unless it is empty, except for files of the operating system", () => {
    writeFileSync(join(above, ".DS_Store"), "");
    expect(new Recorder(above).count).toBe(0);
    writeFileSync(join(above, "b"), "");
    expect(refusal(() => new Recorder(above))).toMatchInlineSnapshot(
      `"the folder … of --record-http is not empty (b); use an empty or a new folder"`,
    );
    writeFileSync(join(above, "a"), "");
    writeFileSync(join(above, "c"), "");
    expect(refusal(() => new Recorder(above))).toMatchInlineSnapshot(
      `"the folder … of --record-http is not empty (a and 2 more); use an empty or a new folder"`,
    );
    expect(refusal(() => new Recorder(join(above, "a")))).toMatchInlineSnapshot(
      `"the folder …/a of --record-http is not a folder; use an empty or a new folder"`,
    );
    expect(refusal(() => new Recorder(join(above, "a", "b")))).toMatchInlineSnapshot(
      `"the folder …/a/b of --record-http is not in a folder; use an empty or a new folder elsewhere"`,
    );
  });

  test("fails a write if it was deleted or another run writes to it", () => {
    const folder = join(above, "record");
    const recorder = new Recorder(folder);
    writeFileSync(join(folder, "00001.json"), "another's");
    expect(refusal(() => recorder.record(exchanged(), redactor))).toMatchInlineSnapshot(
      `"the folder …/record of --record-http is being written by another run; use an empty or a new folder"`,
    );
    expect(readFileSync(join(folder, "00001.json"), "utf8")).toBe("another's");
    expect(recorder.firstError?.message).toContain("is being written by another run");
    rmSync(folder, { recursive: true });
    expect(refusal(() => recorder.record(exchanged(), redactor))).toMatchInlineSnapshot(
      `"the folder …/record of --record-http was deleted meanwhile; use an empty or a new folder"`,
    );
    expect(recorder.count).toBe(0);
    mkdirSync(join(folder, "00001.json"), { recursive: true });
    expect(refusal(() => recorder.record(exchanged(), redactor))).toContain("is being written by another run");
    expect(existsSync(join(folder, "00001.json"))).toBe(true);
  });

  test("is rejected at once if it is not writable", () => {
    chmodSync(above, 0o500);
    // The superuser may write everywhere: the system says what it says to others.
    if (process.getuid?.() === 0)
      jest.spyOn(fs, "accessSync").mockImplementation(() => {
        throw Object.assign(new Error(), { code: "EACCES" });
      });
    expect(refusal(() => new Recorder(above))).toContain("is not writable; use an empty or a new folder elsewhere");
    chmodSync(above, 0o700);
  });

  test("does not contain the caller of /me", () => {
    const recorder = new Recorder(above);
    recorder.record(exchanged({ path: ["me"], body: Buffer.from('{"login":"jean"}') }), redactor);
    expect([recorder.count, fs.readdirSync(above)]).toEqual([0, []]);
  });

  test("contains each request with its response", () => {
    const recorder = new Recorder(above);
    const record = (changes: Partial<HttpExchange>, body?: unknown): void =>
      recorder.record(
        exchanged({ ...changes, ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }) }),
        redactor,
      );
    record({ query: { limit: "5", name: "Acme" }, ifNoneMatch: '"tag"', status: 304, body: Buffer.alloc(0) });
    record({ path: ["locations", "ACME 1"], headers: new Headers({ etag: '"tag"', server: "acme" }) });
    record({ body: Buffer.from("<html>") });
    record({ body: Buffer.from("[".repeat(5_000) + "]".repeat(5_000)) });
    record({ status: 400 }, { code: 60 });
    record({ status: 404 }, { code: 60, message: "Not found", description: "Acme" });
    record({ status: 399 }, { code: 60 });
    record({ path: ["doc"] }, { title: "Acme", in: "query" });
    record({ path: ["locations", "ACME 1"] }, { id: "ACME 1", in: "query" });
    record({ path: ["doc", "ACME 1"] }, { in: "query" });
    expect(filesOf(above)).toEqual([
      { path: "/locations?limit=5&text-2=text-3", ifNoneMatch: '"text-1"', status: 304, headers: {}, raw: "" },
      { path: "/locations/text-4", status: 200, headers: { etag: '"text-1"' }, body: [] },
      { path: "/locations", status: 200, headers: {}, raw: "(not JSON: 6 bytes)" },
      { path: "/locations", status: 200, headers: {}, raw: expect.stringMatching(/^\[+\]+$/) as string },
      { path: "/locations", status: 400, headers: {}, body: { code: 60 } },
      { path: "/locations", status: 404, headers: {}, body: { code: 60, message: "Not found", description: "text-3" } },
      { path: "/locations", status: 399, headers: {}, body: { code: 1 } },
      { path: "/doc", status: 200, headers: {}, body: { title: "text-3", in: "query" } },
      { path: "/locations/text-4", status: 200, headers: {}, body: { id: "text-4", in: "text-6" } },
      { path: "/doc/text-4", status: 200, headers: {}, body: { in: "text-6" } },
    ]);
    expect(readdirSync(above)[9]).toBe("00010.json");
  });

  test("contains no secret from any part of an exchange", () => {
    const recorder = new Recorder(above);
    const secrets = new Redactor(
      settingsFor("https://api.example.test", { accessToken: "s3cret-limit", apiKey: "s3cret-name" }),
    );
    recorder.record(
      exchanged({ query: { limit: "5" }, body: Buffer.from('{"s3cret-name":"s3cret-limit","status":"s3cret-name"}') }),
      secrets,
    );
    expect(JSON.stringify(filesOf(above))).not.toContain("s3cret");
  });
});
