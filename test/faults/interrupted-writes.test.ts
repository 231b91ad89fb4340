import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import type { Report } from "../../drift/report/schema";
import { drift, useOutputs } from "./helpers/outputs";

const { shell, command, online, at, text, names } = useOutputs();

describe("an interrupted write", () => {
  const history = `${drift} --history history.ndjson`;
  const lines = (): unknown[] =>
    text("history.ndjson")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);

  test.each([
    ["half a line", (line: string) => line.slice(0, 30)],
    ["one character", (line: string) => line.slice(0, 1)],
    ["a line without its end", (line: string) => line.slice(0, -1)],
    ["zeros", () => "\0".repeat(40)],
    ["half a line and zeros", (line: string) => `${line.slice(0, 20)}\0\0\0`],
  ])("of a history is repaired with a warning if its last line is %s", async (_name, cut) => {
    await command(history);
    const [first = ""] = text("history.ndjson").trimEnd().split("\n");
    writeFileSync(at("history.ndjson"), `${first}\n${cut(first)}`);
    const { code, err } = await command(`${history} -o json=report.json`);
    expect([code, err]).toEqual([2, expect.stringMatching(/^orange-cmdb: warning: removed the truncated last line/m)]);
    expect(lines()).toHaveLength(2);
    expect((JSON.parse(text("report.json")) as Report).trend).toHaveLength(2);
    expect((await command(history)).err).not.toContain("warning");
    expect(lines()).toHaveLength(3);
  });

  test("of a history keeps a complete last line without a line feed", async () => {
    await command(history);
    writeFileSync(at("history.ndjson"), text("history.ndjson").trimEnd());
    expect((await command(history)).err).not.toContain("warning");
    expect(lines()).toHaveLength(2);
  });

  /** The length of a file that leaves room for no whole line more, in blocks of 1024 bytes. */
  async function almostFull(): Promise<string> {
    await command(history);
    const line = text("history.ndjson");
    writeFileSync(at("history.ndjson"), line.repeat(Math.floor(4096 / line.length)));
    return text("history.ndjson");
  }

  test("of a history is cut back at a limit of the file size", async () => {
    const before = await almostFull();
    const { code, err } = await shell(`ulimit -f 4; exec ${history} -o csv=/dev/null`);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("history.ndjson cannot be written: it exceeds the maximum file size"),
    ]);
    expect(text("history.ndjson")).toBe(before);
  });

  const entry = (index: number): string => `  # why ${index}\n  - { record: CI-${index}, reason: lab }\n`;
  const ignore = (count: number): string =>
    `ignore:\n${Array.from({ length: count }, (_, index) => entry(index)).join("")}`;

  test("of an ignore file leaves it unchanged at a limit of the file size", async () => {
    writeFileSync(at(".cmdbignore.yaml"), ignore(80));
    const { code, err } = await shell(`ulimit -f 2; exec ${drift} --write-ignore -o csv=/dev/null`);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(".cmdbignore.yaml cannot be written: it exceeds the maximum file size"),
    ]);
    expect(text(".cmdbignore.yaml")).toBe(ignore(80));
    expect(names()).toEqual([".cmdbignore.yaml", "rules.yaml", "st.json"]);
  });

  test("on a full disk leaves the old file, if a small disk can be mounted", async () => {
    const before = await almostFull();
    mkdirSync(at("small"));
    const mounted = await shell("mount -t tmpfs -o size=16k tmpfs small");
    // Only the superuser can; the limits above hold for everybody.
    if (mounted.code !== 0) return expect(mounted.err).not.toBe("");
    try {
      writeFileSync(at("small/history"), before);
      writeFileSync(at("small/ignore.yaml"), ignore(80));
      writeFileSync(at("small/report.json"), "the report before");
      // What is left of the disk is taken.
      await shell("cat /dev/zero >small/zeros; exit 0");
      const left = readdirSync(at("small")).sort();
      for (const [options, file, old] of [
        ["--history small/history", "history", before],
        ["--write-ignore=small/ignore.yaml", "ignore.yaml", ignore(80)],
        ["-o json=small/report.json", "report.json", "the report before"],
      ] as const) {
        const { code, err } = await shell(`${drift} ${options}`);
        expect([options, code, err]).toEqual([options, 1, expect.stringContaining("it is on a full disk")]);
        expect(text(`small/${file}`)).toBe(old);
      }
      const synced = await online("$CMDB sync --save small/inv.db");
      expect(synced).toMatchObject({ code: 1, err: expect.stringContaining("it is on a full disk") as string });
      expect(readdirSync(at("small")).sort()).toEqual(left);
    } finally {
      await shell("umount small");
    }
  });

  test("leaves the old or the new file after SIGKILL at any time, and the next write removes the partial file", async () => {
    writeFileSync(at("report.json"), "the report before");
    for (let round = 0; round < 8; round += 1) {
      await shell(`${drift} -o json=report.json >/dev/null & sleep 0.${String(10 + round * 6)}; kill -9 $!; wait`);
      if (text("report.json") !== "the report before")
        expect(JSON.parse(text("report.json"))).toHaveProperty("summary");
    }
    const dead = spawn(process.execPath, ["-e", ""]);
    await new Promise((done) => dead.once("close", done));
    writeFileSync(at(`report.json.${dead.pid}.partial`), "half");
    writeFileSync(at(`report.json.${process.pid}.partial`), "of a process that runs");
    await command(`${drift} -o json=report.json`);
    expect(names().filter((name) => name.includes("partial"))).toEqual([`report.json.${process.pid}.partial`]);
  });

  test.each(["SIGINT", "SIGTERM"])(
    "leaves no copy of an inventory after %s while a FIFO waits for it",
    async (signal) => {
      execFileSync("mkfifo", [at("pipe")]);
      mkdirSync(at("tmp"));
      const line = `$CMDB sync --save pipe 2>err & echo $! >pid; wait $!; echo $? >code`;
      const wait = "until grep -q waiting err; do sleep 0.1; done; ls tmp >held";
      await online(`export TMPDIR=$PWD/tmp; set -m; (${line}) & ${wait}; kill -${signal} $(cat pid); wait`);
      expect(text("held")).toContain("orange-cmdb-");
      expect(text("code")).toBe(signal === "SIGINT" ? "130\n" : "143\n");
      expect(readdirSync(at("tmp"))).toEqual([]);
    },
  );
});
