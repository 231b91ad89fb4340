import type { Mirror } from "../../provider/inventory/mirror/mirror";
import { SimilarityIndex } from "../../provider/platform/similar-strings";
import { looksSame, TextForms } from "../../provider/platform/unicode";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

const composed = "ORL\u00c9ANS-B\u1ed8";
const decomposed = composed.normalize("NFD");
/** Neither form as a whole: the first accent is a part of its letter, the others are not. */
const mixed = "ORL\u00c9ANS-BO\u0323\u0302";
const spellings = [composed, decomposed, mixed];

let scene: TestEnvironment;
let mirror: Mirror;

beforeAll(async () => {
  scene = await createTestEnvironment({ size: 60 });
  for (const [index, text] of spellings.entries()) {
    scene.sandbox.add("location", { id: `L${index}-${text}`, name: `Site ${index} ${text}` });
    scene.sandbox.add("configurationItem", {
      id: `CI${index}-${text}`,
      name: `Router ${text}`,
      vendor: text,
      type: [text, "ROUTER"],
      location: { id: `L${index}-${spellings[(index + 1) % 3]}` },
    });
    // Its location is that of its service point, whose id it writes in another form.
    scene.sandbox.add("servicePoint", { id: `SP${index}-${text}`, location: { id: `L${index}-${text}` } });
    scene.sandbox.add("configurationItem", {
      id: `THROUGH${index}`,
      servicePoint: { id: `SP${index}-${spellings[(index + 2) % 3]}` },
    });
  }
  mirror = await scene.open({});
});
afterAll(async () => {
  mirror.close();
  await scene.end();
});

const three = spellings.map((text, index) => `CI${index}-${text}`);

describe.each([
  ["composed", composed],
  ["decomposed", decomposed],
  ["mixed", mixed],
])("a text in %s form", (_form, text) => {
  const ids = (query: Parameters<Mirror["list"]>[1]): string[] =>
    mirror
      .list("configurationItem", query)
      .map(({ id }) => id)
      .sort();

  test("finds a record by its id, and leaves the id unchanged", () => {
    expect(spellings.map((_, index) => mirror.get("configurationItem", `CI${index}-${text}`)?.id)).toEqual(three);
    expect(mirror.get("configurationItem", `CI3-${text}`)).toBeUndefined();
  });

  test("finds records by name, location, filter and where", () => {
    expect(ids({ name: `Router ${text}` })).toEqual(three);
    expect(ids({ locationId: `L1-${text}` })).toEqual([three[1], "THROUGH1"]);
    expect(ids({ filters: [{ name: "name", values: [`Router ${text}`] }] })).toEqual(three);
    expect(ids({ filters: [{ name: "name", values: [`Router ${text.slice(0, 6)}*`] }] })).toEqual(three);
    expect(ids({ filters: [{ name: "name", values: [`*${text}`] }] })).toEqual(three);
    expect(ids({ filters: [{ name: "vendor", values: [text] }] })).toEqual(three);
    expect(ids({ filters: [{ name: "type", values: [text] }] })).toEqual(three);
    expect(ids({ where: `name == 'Router ${text}'` })).toEqual(three);
    expect(ids({ where: `attributes.vendor == '${text}'` })).toEqual(three);
    expect(ids({ name: `Router ${text}X` })).toEqual([]);
  });

  test("is never suggested for itself", () => {
    expect(mirror.nearest("configurationItem", `CI0-${text}`, "id")).not.toContain(three[0]);
    expect(new SimilarityIndex(spellings).nearest(`${text}X`, 1)).toHaveLength(1);
  });
});

test("a lookup tries the text as given, then its canonical form", () => {
  const forms = new TextForms(new Set([decomposed, composed, mixed]));
  expect(forms.find(mixed)).toBe(mixed);
  expect(new TextForms(new Set([decomposed, composed])).find(mixed)).toBe(composed);
  expect(new TextForms(new Set(["\u212a1"])).find("K1")).toBe("\u212a1");
  expect(forms.find("ORLEANS-BO")).toBeUndefined();
});

test.each([
  ["CI-1", "CI\u20111", true],
  ["CI-1", "CI-1\u200b ", true],
  ["\uff23I-1", "CI-1", true],
  ["CI-1", "CI-2", false],
])("%j and %j look the same: %j", (one, other, expected) => {
  expect(looksSame(one, other)).toBe(expected);
});
