import { makeProject, type Project } from "./helpers/project";

let project: Project;
beforeAll(async () => {
  project = makeProject();
});
afterAll(() => project.remove());

test("a program that throws fails the preview with its message", async () => {
  project.write("index.ts", 'throw new Error("broken on purpose");\n');
  const { code, text } = await project.pulumi("preview");
  expect(text).toContain("broken on purpose");
  expect(code).not.toBe(0);
});

test("a missing module is named in the error", async () => {
  project.write("index.ts", 'require("no-such-module");\n');
  const { code, text } = await project.pulumi("preview");
  expect(text).toContain("no-such-module");
  expect(code).not.toBe(0);
});

test("a program that exits with a non-zero code fails the preview", async () => {
  project.write("index.ts", "process.exit(3);\n");
  expect((await project.pulumi("preview")).code).not.toBe(0);
});

/** Waits for a text in what a child prints. */
function said(child: ReturnType<Project["start"]>, text: string): Promise<void> {
  return new Promise((done) => {
    let all = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (data) => {
        all += String(data);
        if (all.includes(text)) done();
      });
  });
}

test("output is streamed, and an interrupt also ends the program", async () => {
  project.write(
    "index.ts",
    `console.log("program " + process.pid + " runs");\nsetInterval(() => undefined, 1000);\nnew Promise(() => undefined);\n`,
  );
  const child = project.start("preview");
  let text = "";
  child.stdout?.on("data", (data) => (text += String(data)));
  // The program never ends by itself: what is seen now was streamed.
  await said(child, "runs");
  const ended = new Promise<number | null>((done) => child.once("close", done));
  child.kill("SIGINT");
  expect(await ended).not.toBe(0);
  const pid = Number(/program (\d+) runs/.exec(text)?.[1]);
  const alive = (): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  for (let tries = 0; alive() && tries < 50; tries += 1) await new Promise((done) => setTimeout(done, 100));
  expect(alive()).toBe(false);
});
