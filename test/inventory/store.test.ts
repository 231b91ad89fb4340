import { describeEvent } from "../../provider/inventory/events";
import { printable, printableLines } from "../../provider/platform/printable";
import { collections, kinds, parseKind, type Kind } from "../../provider/model/records";
import { staleKinds } from "../../provider/inventory/sync";

test("a kind is parsed in any usual spelling", () => {
  for (const text of ["configurationItem", "configuration-items", "CONFIGURATION_ITEM", "configuration items"])
    expect(parseKind(text)).toBe("configurationItem");
  expect(["locations", "servicepoint", "Accounts"].map(parseKind)).toEqual(["location", "servicePoint", "account"]);
  expect(["", "site", "locationss"].map(parseKind)).toEqual([undefined, undefined, undefined]);
  expect(Object.keys(collections)).toEqual(kinds);
});

test("foreign text is shown on one line, without control characters", () => {
  expect(printable("a\nb\u001b[31m\u202ec\u2028d é")).toBe("a b [31m c d é");
  expect(printableLines("a\r\nb\u001b[31m\u202ec\u2028d\te\rf é")).toBe("a\nb [31m c\nd\te\nf é");
});

test.each([
  [{ type: "waiting" }],
  [{ type: "started", endpoint: "https://api", kinds: ["location", "account"] }],
  [{ type: "progress", kind: "location", count: 1, total: 2 }],
  [{ type: "retry", reason: "it was cut", delay: 1_001 }],
  [
    {
      type: "done",
      endpoint: "https://api",
      milliseconds: 1_250,
      refused: [],
      counts: [
        { kind: "location", count: 2, changed: 2, removed: 0, isIncremental: false },
        { kind: "location", count: 9, changed: 0, removed: 1, isIncremental: false },
        { kind: "servicePoint", count: 0, changed: 0, removed: 0, isIncremental: false },
        { kind: "servicePoint", count: 0, changed: 0, removed: 4, isIncremental: false },
        { kind: "configurationItem", count: 7, changed: 3, removed: 0, isIncremental: true },
        { kind: "account", count: 1, changed: 0, removed: 0, isIncremental: true },
      ],
    },
  ],
  [{ type: "note", kind: "location", note: "records were removed" }],
  [
    {
      type: "done",
      endpoint: "https://api",
      milliseconds: 1_250,
      refused: ["account"],
      counts: [{ kind: "location", count: 2, changed: 2, removed: 0, isIncremental: false }],
    },
  ],
  [{ type: "done", endpoint: "https://api", milliseconds: 40, refused: ["account"], counts: [] }],
  [{ type: "stale", syncedAt: "2026-01-31", reason: "none" }],
  [{ type: "rebuilt", reason: "malformed" }],
] as const)("the event %j has a description", (event) => {
  expect(describeEvent(event)).toMatchSnapshot();
});

test("kinds are fetched if they are missing or too old", () => {
  const state = (kind: Kind, syncedAt: number) =>
    [kind, { kind, syncedAt, endedAt: 0, count: 0, refused: undefined, known: undefined }] as const;
  const held = new Map([state("location", 1), state("account", 5)]);
  expect(staleKinds(held, kinds, ({ syncedAt }) => syncedAt < 3)).toEqual([
    "location",
    "servicePoint",
    "configurationItem",
  ]);
  expect(staleKinds(held, ["account"], () => false)).toEqual([]);
});
