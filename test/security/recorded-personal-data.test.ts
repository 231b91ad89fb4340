import { Anonymizer } from "../../provider/api/recording/anonymizer";
import { recordedQuery } from "../../provider/api/recording/recorded-query";
import { apiDefaults } from "../../provider/api/http/settings";
import { isFieldList } from "../../provider/model/vendor-fields";
import fc from "../helpers/fast-check";
import { recordCall } from "../helpers/record";
import { json } from "../helpers/server";

const states = ["INSTALLING", "OPERATIONAL", "TERMINATED", "CANCELLED", "UNKNOWN"];
const types = ["ROUTER", "IP_SWITCH", "ETHERNET_SWITCH", "OPTICAL_FIBER", "DSL", "OTHER", "UNKNOWN"];
const categories = ["ACCESS_LINE", "WAN_DEVICE", "LAN_DEVICE", "OTHER"];
const roles = ["PRIMARY", "SECONDARY", "STANDALONE", "UNKNOWN"];
const layers = ["MPLS", "SDWAN", "LAN", "OTHER", "UNKNOWN"];
const keyTypes = ["ACTIVE", "EXPIRED", "SUSPENDED"];

/** Also what looks like a word of the API. */
const personal = fc.oneof(
  fc.constantFrom("Dupont", "jean", "Marie", "OPERATIONAL", "ROUTER", "PRIMARY", "In service", "FR"),
  fc.stringMatching(/^\+?\d{8,12}$/),
  fc.emailAddress(),
  fc.string({ minLength: 3 }).filter((text) => text.trim() !== ""),
);
const contact = fc.record(
  Object.fromEntries(
    ["name", "firstName", "lastName", "phone", "email", "mobile", "type", "status"].map((name) => [name, personal]),
  ),
);
const location = fc.record({
  id: personal,
  phone: personal,
  legalNumber: personal,
  geoCoding: fc.record({ latitude: personal, longitude: personal, accuracy: personal }),
  contacts: fc.oneof(fc.record({ primary: contact, secondary: contact }), fc.dictionary(personal, contact)),
});
const caller = fc.record({
  login: personal,
  email: personal,
  phone: personal,
  mobile: personal,
  apiKey: fc.record({ type: fc.constantFrom(...keyTypes) }),
});
const item = fc.record({
  id: personal,
  state: fc.subarray(states, { minLength: 1 }),
  type: fc.subarray(types, { minLength: 1 }),
  category: fc.subarray(categories, { minLength: 1 }),
  location: fc.record({ id: personal, phone: personal }),
  properties: fc.record({
    role: fc.constantFrom(...roles),
    layer: fc.constantFrom(...layers),
    line: fc.record({ phoneNumber: personal }),
  }),
});

const kept = /^(state|type|category|role|layer)$/;

/** The texts of JSON with the field that each lies in. In `contacts`, names of fields that are data are texts, too. */
function textsOf(value: unknown, field = "", isPersonal = false): [field: string, text: string][] {
  if (typeof value === "string") return [[isPersonal ? "personal" : field, value]];
  if (Array.isArray(value)) return value.flatMap((entry) => textsOf(entry, field, isPersonal));
  return Object.entries(value as object).flatMap(([name, entry]) => [
    ...(field === "contacts" && !/^(primary|secondary)$/.test(name) ? [["personal", name] as [string, string]] : []),
    ...textsOf(entry, name, isPersonal || name === "contacts"),
  ]);
}

test("no personal value of a record survives in a recording, and every enumerated value does", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(location, caller, item), { minLength: 1, maxLength: 4 }), (records) => {
      const disguise = new Anonymizer();
      const before = textsOf(records);
      const shown = textsOf(disguise.value(records)).map(([, text]) => text);
      expect(shown).toHaveLength(before.length);
      before.forEach(([field, text], place) => {
        if (kept.test(field)) expect(shown[place]).toBe(text);
        else expect(shown[place]).not.toBe(text);
      });
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["role", "PRIMARY", true],
  ["role", "Jean", false],
  ["layer", "MPLS", true],
  ["layer", "Acme", false],
  ["unit", "PRIMARY", false],
])("the value of %s is kept only if the vendor enumerates it: %s", (field, value, stays) => {
  const [shown] = Object.values(new Anonymizer().value({ [field]: value }) as object) as unknown[];
  expect(shown === value).toBe(stays);
});

test.each([
  ["-updatedAt,id", "-updatedAt,id"],
  ["jean", "text-1"],
])("sort=%s is recorded as %s", (value, shown) => {
  expect(recordedQuery([["sort", value]], apiDefaults.paging, new Anonymizer())).toEqual([["sort", shown]]);
});

test.each([
  ["id", true],
  ["-updatedAt", true],
  ["-keyDates.startedAt,id", true],
  ["contacts.primary.email", true],
  ["", false],
  ["ACME-PAR-01", false],
  ["id,jean", false],
  ["--id", false],
  ["location.Paris", false],
])("%j is a list of documented fields: %s", (value, is) => {
  expect(isFieldList(value)).toBe(is);
});

test("a recording keeps documented sort and fields, and nothing else of a query", async () => {
  const recording = await recordCall(
    (path, _request, response) => {
      if (!path.startsWith("/locations")) return false;
      json(response, 200, [{ id: "a", state: ["OPERATIONAL"], phone: "+33612345678" }], {
        "x-total-count": "1",
        "x-result-count": "1",
        "x-oapi-request-id": "jean-1",
      });
      return true;
    },
    async (client) => {
      for (const fields of ["id,location.address.city", "id,jean"])
        await client.list("location", { parameters: { fields, name: "jean" } });
    },
  );
  const { text, kept: all } = recording;
  recording.end();
  const queries = all.map(({ path }) => Object.fromEntries(new URLSearchParams(path.split("?")[1])));
  // The client sets `sort` itself.
  expect(queries[0]).toMatchObject({ sort: "id", fields: "id,location.address.city" });
  expect(queries.at(-1)).toMatchObject({ sort: "id", fields: expect.stringMatching(/^text-/) });
  expect(all[0]).toMatchObject({ headers: { "x-oapi-request-id": "recorded" }, body: [{ state: ["OPERATIONAL"] }] });
  expect(text).not.toMatch(/jean|33612345678/);
});
