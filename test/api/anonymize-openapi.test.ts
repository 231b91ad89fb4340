import { Anonymizer } from "../../provider/api/recording/anonymizer";
import { anonymizeOpenApi } from "../../provider/api/recording/anonymize-openapi";

describe("the anonymized OpenAPI description", () => {
  const shown = (value: unknown, field?: string): unknown => anonymizeOpenApi(value, new Anonymizer(), field);

  test.each<[string, unknown, unknown]>([
    ["in", "query", "query"],
    ["type", "array", "array"],
    ["style", "form", "form"],
    ["enum", "In service", "In service"],
    ["enum", "ACME-42", "text-1"],
    ["enum", "-updatedAt", "-updatedAt"],
    ["enum", "-address.city", "-address.city"],
    ["enum", "jean.dupont", "text-1"],
    ["begin", "query", "text-1"],
    ["info", "query", "text-1"],
    ["subtype", "array", "text-1"],
    ["types", "array", "text-1"],
    ["format", "date-time", "date-time"],
    ["format", "int64", "int64"],
    ["format", "a-b-c", "a-b-c"],
    ["format", "Date", "text-1"],
    ["format", "date-42-acme", "text-1"],
    ["format", "date-Acme", "text-1"],
    ["format", "int642", "text-1"],
    ["format", "date time", "text-1"],
    ["formats", "date-time", "text-1"],
    ["reformat", "date-time", "text-1"],
    ["openapi", "3.0.3", "3.0.3"],
    ["openapi", "3.12", "3.12"],
    ["swagger", "2.0", "2.0"],
    ["openapi", "3", "3"],
    ["openapi", "3.0.3-acme", "text-1"],
    ["openapi", "v3.0", "text-1"],
    ["openapi", "3.acme", "text-1"],
    ["openapi", "acme", "text-1"],
    ["openapis", "3.0.3", "text-1"],
    ["myopenapi", "3.0.3", "text-1"],
    ["required", "locationId", "locationId"],
    ["operationId", "getLocations", "getLocations"],
    ["operationId", "Acme Corp", "text-1"],
    ["notrequired", "locationId", "text-1"],
    ["requiredBy", "locationId", "text-1"],
    ["description", "query", "text-1"],
    ["title", "query", "text-1"],
    ["minimum", 5, 5],
    ["maximum", 1_000_000, 1_000_000],
    ["minimum", -1_000_000, -1_000_000],
    ["maximum", 1_000_001, 1],
    ["minLength", 3, 3],
    ["maxLength", 3, 3],
    ["minItems", 3, 3],
    ["maxItems", 3, 3],
    ["exclusiveminimum", 3, 1],
    ["maximumOf", 3, 1],
    ["port", 8443, 1],
    ["nullable", true, true],
    ["nullable", null, null],
  ])("turns a field %s of the value %j into %j", (field, value, expected) => {
    expect(shown(value, field)).toEqual(expected);
    expect(shown({ [field]: value })).toEqual({ [field]: expected });
    expect(shown({ [field]: [value] })).toEqual({ [field]: [expected] });
  });

  test.each([
    "properties",
    "headers",
    "responses",
    "schemas",
    "parameters",
    "definitions",
    "securitySchemes",
    "content",
  ])("keeps the names of members of %s, whatever they are", (field) => {
    // As a field of OpenAPI `example` would be a sample, and `type` a word.
    expect(shown({ [field]: { example: { minimum: 5 }, type: "query" } })).toEqual({
      [field]: { example: { minimum: 5 }, type: "text-1" },
    });
    expect(shown({ [`my${field}`]: { example: { minimum: 5 } } })).toEqual({
      [`my${field}`]: { example: { "text-1": 1 } },
    });
    expect(shown({ [`${field}x`]: { example: { minimum: 5 } } })).toEqual({
      [`${field}x`]: { example: { "text-1": 1 } },
    });
    expect(shown({ [field]: ["query", { type: "array" }] })).toEqual({ [field]: ["text-1", { type: "array" }] });
  });

  test.each(["example", "examples", "Default", "x-acme"])("keeps nothing of a sample in %s", (field) => {
    expect(shown({ [field]: { type: "array", minimum: 5, in: ["query"] } })).toEqual({
      [field]: { "text-1": "text-2", "text-3": 1, "text-4": ["text-5"] },
    });
  });

  test.each(["myexample", "examplesOf", "defaults", "ax-acme"])("does not treat %s as a sample", (field) => {
    expect(shown({ [field]: { type: "array" } })).toEqual({ [field]: { type: "array" } });
  });

  test("keeps the names of parameters, and replaces names of people", () => {
    expect(shown({ name: "limit", in: "query" })).toEqual({ name: "limit", in: "query" });
    expect(shown({ name: "address.city", in: "query" })).toEqual({ name: "address.city", in: "query" });
    expect(shown({ name: "jean.dupont", in: "query" })).toEqual({ name: "text-1", in: "query" });
    expect(shown({ name: "limit" })).toEqual({ name: "text-1" });
    expect(shown({ name: "limit", in: 5 })).toEqual({ name: "text-1", in: 1 });
    expect(shown({ name: "jean.dupont@acme.test", in: "query" })).toEqual({ name: "text-1", in: "query" });
    expect(shown({ name: ["limit"], in: "query" })).toEqual({ name: ["text-1"], in: "query" });
    expect(shown({ name: 7, in: "query" })).toEqual({ name: 1, in: "query" });
    expect(shown({ title: "limit", in: "query" })).toEqual({ title: "text-1", in: "query" });
  });

  test.each<[string, string]>([
    ["/locations", "/locations"],
    ["/servicePoints/{servicePointId}", "/servicePoints/{servicePointId}"],
    ["/status", "/status"],
    ["/version", "/version"],
    ["/doc", "/doc"],
    ["/", "/"],
    ["/acme/locations", "/text-1/locations"],
    ["/locations/{Acme Corp}", "/locations/text-1"],
    ["/locations/{id}acme", "/locations/text-1"],
    ["/locations/acme{id}", "/locations/text-1"],
    ["200", "200"],
    ["4XX", "4XX"],
    ["600", "1"],
    ["2000", "1"],
    ["1200", "1"],
    ["application/json", "application/json"],
    ["application/json;charset=utf-8", "application/json"],
    ["application/json;of=acme", "application/json"],
    ["Application/JSON", "text-1"],
    ["X-Total-Count", "X-Total-Count"],
    ["Acme Corp", "text-1"],
  ])("turns a key %s into %s", (key, expected) => {
    expect(shown({ paths: { [key]: true } })).toEqual({ paths: { [expected]: true } });
  });

  test.each<[string, string]>([
    ["#/components/schemas/Location", "#/components/schemas/Location"],
    ["#/paths/~1locations/get", "#/paths/~1locations/get"],
    ["#/paths/~1acme~0corp~1locations", "#/paths/~1text-1~1locations"],
    ["#/components/schemas/Acme Corp", "#/components/schemas/text-1"],
    ["https://acme.test/doc#/x", "text-1"],
    ["acme.yaml", "text-1"],
  ])("turns a reference %s into %s", (value, expected) => {
    expect(shown({ $ref: value })).toEqual({ $ref: expected });
  });

  test("gives a key and its references the same replacement, and treats only $ref as a reference", () => {
    const disguise = new Anonymizer();
    expect(disguise.text("acme~corp/x y")).toBe("text-1");
    expect(anonymizeOpenApi({ $ref: "#/schemas/acme~0corp~1x y" }, disguise)).toEqual({ $ref: "#/schemas/text-1" });
    expect(shown({ url: "#/schemas/Location" })).toEqual({ url: "text-1" });
    // A name that is a placeholder with a tilde comes back as one.
    expect(shown({ $ref: "#/paths/~1locations~1{~0id}" })).toEqual({ $ref: "#/paths/~1locations~1text-1" });
  });
});
