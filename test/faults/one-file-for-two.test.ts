import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { drift, useOutputs, writePlan } from "./helpers/outputs";

const { scene, inventory, shell, command, at, text, names } = useOutputs();
const online = (line: string): ReturnType<typeof command> => command(line, { ORANGE_CMDB_INVENTORY_FILE: "" });

describe("one file for two purposes", () => {
  const refused = async (line: string, ...files: string[]): Promise<string> => {
    const before = scene().sandbox.requests.length;
    const content = files.map((name) => readFileSync(at(name), "latin1"));
    const { code, err, out } = await (/\$PWD|<|\/dev\//.test(line) ? shell : command)(line);
    expect([code, out]).toEqual([1, ""]);
    expect(files.map((name) => readFileSync(at(name), "latin1"))).toEqual(content);
    expect(scene().sandbox.requests.length).toBe(before);
    return err;
  };

  test.each([
    ["-o json=st.json", "--state st.json"],
    ["-o csv=./sub/../st.json", "--state st.json"],
    ["-o csv=sub/up/st.json", "--state st.json"],
    ["--history hard.json", "--state st.json"],
    ["--write-ignore=soft.json", "--state st.json"],
    ["-o json=rules.yaml", "the rules file"],
    ["--write-ignore=rules.yaml", "the rules file"],
    ["-o json=inv.db --inventory inv.db", "the inventory file"],
    ["-o json=ignore.yaml --ignore-file ignore.yaml", "--ignore-file"],
    ["-o json=.cmdbignore.yaml", "--ignore-file"],
    ["-o json=.cmdbignore.yaml --write-ignore", "-o json=.cmdbignore.yaml"],
    ["-o json=base.json --baseline base.json", "--baseline"],
    ["-o json=a -o csv=a", "-o json=a"],
    ["-o json=a -o csv=sub/../a", "-o json=a"],
    ["-o json=new/a -o csv=new/b/../a", "-o json=new/a"],
    ["-o json=a -o csv=dangling", "-o json=a"],
    ["-o json=a --history a", "-o json=a"],
    ["--history a --write-ignore=$PWD/a", "--history a"],
    ["-o csv -o json=/dev/stdout", "standard output"],
    ["-o json=pipe -o csv=pipe", "-o json=pipe"],
    ["-o json=record/x.json --record-http record", "in the folder of --record-http"],
  ])("is rejected before work starts: drift %s", async (options, other) => {
    mkdirSync(at("sub"));
    symlinkSync("..", at("sub/up"));
    linkSync(at("st.json"), at("hard.json"));
    symlinkSync("st.json", at("soft.json"));
    symlinkSync("a", at("dangling"));
    execFileSync("mkfifo", [at("pipe")]);
    for (const name of ["ignore.yaml", ".cmdbignore.yaml"]) writeFileSync(at(name), "ignore: []\n");
    writeFileSync(at("inv.db"), readFileSync(inventory()));
    await command(`${drift} -o json=base.json`);
    const err = await refused(`${drift} ${options}`, "st.json", "rules.yaml", "inv.db", "base.json", "ignore.yaml");
    expect(err).toContain(other);
    expect(names()).not.toContain("a");
  });

  test.each([
    ["drift merge part.json -o json=part.json", "the report part.json"],
    ["drift merge part.json -o html=x -o csv=x", "-o html=x"],
    ["drift merge part.json --ignore-file ignore.yaml -o json=ignore.yaml", "--ignore-file"],
    ["drift merge - -o json=part.json <part.json", "standard input"],
    ["check --plan plan.json -o json=plan.json", "--plan"],
    ["check --plan - -o json=plan.json <plan.json", "standard input"],
    ["check --plan plan.json --on-unavailable warn -o json=inv.db --inventory inv.db", "the inventory file"],
    ["check --plan plan.json --policy-pack-config pack.json -o junit=pack.json", "--policy-pack-config"],
  ])("is rejected before work starts: %s", async (line, other) => {
    writePlan(at("plan.json"));
    writeFileSync(at("ignore.yaml"), "ignore: []\n");
    writeFileSync(at("pack.json"), "{}");
    writeFileSync(at("inv.db"), readFileSync(inventory()));
    await command(`${drift} -o json=part.json`);
    expect(await refused(`$CMDB ${line}`, "part.json", "plan.json", "ignore.yaml", "pack.json", "inv.db")).toContain(
      other,
    );
  });

  test.each(["notes.txt", "one-line.json", "other.db", "half.db"])(
    "is rejected before work starts: sync --save over %s",
    async (name) => {
      writeFileSync(at("notes.txt"), "my notes\n");
      writeFileSync(at("one-line.json"), "{}");
      writeFileSync(at("other.db"), `SQLite format 3\0${"x".repeat(200)}`);
      writeFileSync(at("half.db"), readFileSync(inventory()).subarray(0, 40));
      const before = text(name);
      const ended = await online(`$CMDB sync --save ${name}`);
      expect(ended).toMatchObject({ code: 1, err: expect.stringContaining("is not an inventory") as string });
      expect(text(name)).toBe(before);
    },
  );

  test("is rejected before work starts: sync --save over the mirror itself", async () => {
    const mirror = readdirSync(scene().cacheDir).filter((name) => /^[0-9a-f]{32}(\.\d+\.db|\.json)$/.test(name));
    expect(mirror).toHaveLength(2);
    for (const name of mirror) {
      const link = `mirror${extname(name)}`;
      symlinkSync(join(scene().cacheDir, name), at(link));
      const before = readFileSync(join(scene().cacheDir, name));
      expect(await online(`$CMDB sync --save ${link}`)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/is the same file as the mirror|mirror\.json is not an inventory/) as string,
      });
      expect(readFileSync(join(scene().cacheDir, name)).equals(before)).toBe(true);
    }
  });

  test("is accepted if it is a device, and so is another file of the same content", async () => {
    expect((await shell(`${drift} -o json=/dev/null -o csv=/dev/null --history /dev/null`)).code).toBe(2);
    writeFileSync(at("copy.json"), readFileSync(at("st.json")));
    expect((await command(`${drift} -o json=copy.json -o csv=st.json.csv`)).code).toBe(2);
  });

  test("is rejected if --history names a file of another format, and the file stays unchanged", async () => {
    for (const content of ['{"a":1}', '{"at":"x","b', "notes", "{}\n"]) {
      writeFileSync(at("other.txt"), content);
      const { code } = await command(`${drift} --history other.txt`);
      // The beginning of a run is taken for one that was cut; all else is the user's.
      expect([content, code]).toEqual([content, content.startsWith('{"at":"') ? 2 : 1]);
      if (code === 1) expect(text("other.txt")).toBe(content);
    }
  });
});
