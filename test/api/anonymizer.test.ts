import { Anonymizer } from "../../provider/api/recording/anonymizer";
import { anonymizeError } from "../../provider/api/recording/recorder";
import { isFieldName, isIdentifier, isEnumLikeValue } from "../../provider/api/recording/identifiers";

describe("the anonymized body of an error", () => {
  const shown = (value: unknown, status = 401): unknown => anonymizeError(value, status, new Anonymizer());

  test.each<[unknown, unknown]>([
    [
      { code: 42, message: "Credentials expired" },
      { code: 42, message: "Credentials expired" },
    ],
    [
      { code: "42", message: "CREDENTIALS EXPIRED" },
      { code: "42", message: "CREDENTIALS EXPIRED" },
    ],
    // The words of another row.
    [
      { code: 43, message: "credentials expired" },
      { code: 43, message: "text-1" },
    ],
    [{ message: "Credentials invalid" }, { message: "Credentials invalid" }],
    [
      { code: 42, message: "Acme's credentials expired" },
      { code: 42, message: "text-1" },
    ],
    [
      { code: 4242, message: "x" },
      { code: 1, message: "text-1" },
    ],
    [{ code: "x42" }, { code: "text-1" }],
    [{ code: "42x" }, { code: "text-1" }],
    [{ code: ["42"] }, { code: ["1"] }],
    [{ code: null }, { code: null }],
    [{ description: "Acme" }, { description: "text-1" }],
    ["Acme", "text-1"],
    [null, null],
    [true, true],
    [[{ code: 42 }], [{ code: 1 }]],
  ])("turns %j into %j", (value, expected) => {
    expect(shown(value)).toEqual(expected);
  });
});

describe("the anonymizer", () => {
  test("replaces a text by one of the same form: empty, number, date, time or other text", () => {
    const disguise = new Anonymizer();
    expect(
      ["", " ", "-5.25", "5", "5.x", "2026-11-25", "2026-11-26", "2026-11-25T10:00:00.5Z"].map((text) =>
        disguise.text(text),
      ),
    ).toEqual(["", " ", "1", "2", "text-1", "2000-01-01", "2000-01-02", "2000-01-01T00:02:00Z"]);
    expect(disguise.text("2026-11-25T10:00:00+01:00")).toBe("2000-01-01T00:03:00Z");
    expect(disguise.all({ status: "Active", list: [5, null, true] })).toEqual({
      "text-2": "text-3",
      "text-4": [2, null, true],
    });
  });

  test("keeps enumerated values of the API, except the state of an address", () => {
    const of = (value: unknown): unknown => new Anonymizer().value(value);
    expect(of({ state: "Active", address: { state: "Texas" } })).toEqual({
      state: "Active",
      address: { state: "text-1" },
    });
    expect(of({ address: { country: "France", type: "Office", state: "Texas" } })).toEqual({
      address: { country: "France", type: "Office", state: "text-1" },
    });
    expect(of({ addresses: [{ lifecycleState: "Active" }] })).toEqual({ addresses: [{ lifecycleState: "Active" }] });
    expect(of({ address: { site: { state: "Active" } } })).toEqual({ address: { site: { state: "Active" } } });
    expect(of("Active")).toBe("text-1");
    expect(of({ stately: "Active", substate: "Active" })).toEqual({ stately: "text-1", substate: "text-1" });
  });
});

test.each<[string, boolean, boolean]>([
  ["In service", true, false],
  ["in / service", true, false],
  ["a b c d e", true, false],
  ["a b c d e f", false, false],
  ["IN_SERVICE", true, true],
  ["A_B_C_D_E", true, true],
  ["A", true, true],
  ["Acme Corp", false, false],
  ["router2", false, true],
  ["router2x", false, true],
  ["router22", false, false],
  ["x-total-count", true, true],
  ["x-total-c0unt", false, false],
  ["$ref", false, true],
  ["", false, false],
  ["a".repeat(40), true, true],
  ["a".repeat(41), false, false],
])("classifies %s as an enumerated value: %p, as an identifier: %p", (text, word, identifier) => {
  expect([isEnumLikeValue(text), isIdentifier(text)]).toEqual([word, identifier]);
});

test.each<[string, boolean, boolean]>([
  ["LocationId", true, false],
  ["locationId", true, true],
  ["address2", true, true],
  ["x-own", true, true],
  ["10.0.0.1", false, false],
  ["FOC1234", false, false],
])("classifies %s as a field name of a record: %p, as one of a nested object: %p", (text, own, inner) => {
  expect([isFieldName(text, 0), isFieldName(text, 1)]).toEqual([own, inner]);
});
