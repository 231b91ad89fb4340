import fc from "../helpers/fast-check";
import { defaultFieldMap, fieldReader } from "../../provider/model/field-map";
import { fieldValues, type Kind, type NamedFields } from "../../provider/model/records";

const word = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/);
const several = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
const all = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T): fc.Arbitrary<unknown> => fc.record(model);

/** Records with every field that the vendor's description has and a named field is read from. */
const models: Readonly<Record<Exclude<Kind, "account">, fc.Arbitrary<unknown>>> = {
  location: all({
    name: word,
    customerReference: word,
    customer: all({ id: word, name: word }),
    address: all({ street: word, city: word, country: word }),
    formattedAddress: word,
    createdAt: word,
    updatedAt: word,
  }),
  servicePoint: all({
    name: word,
    customerReference: word,
    state: word,
    offer: all({ id: word, name: word, family: word }),
    customer: all({ id: word, name: word }),
    category: word,
    location: all({ id: word, name: word }),
    properties: all({ intranet: all({ bandwidth: word, unit: word }) }),
    createdAt: word,
    updatedAt: word,
  }),
  configurationItem: all({
    name: word,
    reference: word,
    customerReference: word,
    category: several,
    type: several,
    state: several,
    customer: all({ id: word, name: word }),
    location: all({ id: word, name: word }),
    offer: all({ id: word, name: word, family: word }),
    servicePoint: all({ id: word, name: word }),
    properties: all({
      role: word,
      hardware: all({ manufacturer: word, model: word, serialNumber: word }),
      network: all({ ipAddress: word }),
      bandwidth: all({ tx: word, rx: word, unit: word }),
    }),
    createdAt: word,
    updatedAt: word,
  }),
};

const paths: Readonly<Partial<Record<keyof NamedFields, string>>> = {
  name: "name",
  category: "category",
  status: "state",
  reference: "reference",
  customerReference: "customerReference",
  offer: "offer.name",
  manufacturer: "properties.hardware.manufacturer",
  model: "properties.hardware.model",
  serialNumber: "properties.hardware.serialNumber",
  ipAddress: "properties.network.ipAddress",
  role: "properties.role",
  address: "formattedAddress",
  country: "address.country",
  customer: "customer.name",
  locationId: "location.id",
  servicePointId: "servicePoint.id",
  accountId: "customer.id",
  createdAt: "createdAt",
  updatedAt: "updatedAt",
};

const at = (record: unknown, path: string): unknown =>
  path.split(".").reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], record);

test.each(Object.keys(models) as (keyof typeof models)[])(
  "every named field of a %s in the vendor's shape is found, with array elements and their joined text",
  (kind) => {
    const read = fieldReader(defaultFieldMap, kind);
    fc.assert(
      fc.property(models[kind], (attributes) => {
        const record = read(attributes as never);
        for (const [field, path] of Object.entries({
          ...paths,
          type: kind === "servicePoint" ? "offer.name" : "type",
        }) as [keyof NamedFields, string][]) {
          const expected = at(attributes, path);
          if (expected === undefined) continue;
          const texts = [expected].flat() as string[];
          expect([field, record[field], fieldValues(record, field)]).toEqual([field, texts.join(", "), texts]);
        }
        if (kind !== "location") expect(record.bandwidth).toBeDefined();
      }),
      { numRuns: 100 },
    );
  },
);
