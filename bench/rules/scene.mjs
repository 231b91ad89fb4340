// The records and the resources that both sides of the comparison work on.
import { item } from "../lib/data.mjs";

export const kinds = ["configurationItem", "location", "servicePoint"];

const gateway = "aws:ec2/customerGateway:CustomerGateway";
const network = "aws:ec2/vpc:Vpc";

/** Every rule is on. */
export const rules = {
  references: [
    {
      types: [gateway],
      kind: "configurationItem",
      required: true,
      match: [
        { property: "ipAddress", record: "properties.network.ipAddress" },
        { property: "deviceName", record: "name", as: "ignore-case" },
      ],
    },
    { types: ["*"], kind: "location" },
  ],
  inService: { configurationItem: ["OPERATIONAL"] },
  unique: { configurationItem: 1 },
  cover: [{ kind: "configurationItem" }],
  residency: { countryFrom: "location" },
};

/** The same rules, with references by the name of the record and not by its id. */
export const rulesByName = {
  ...rules,
  references: rules.references.map((entry) =>
    entry.kind === "location" ? entry : { ...entry, by: "name", value: "deviceName", as: "ignore-case" },
  ),
};

/** Three quarters configuration items, the rest the locations and service points that they stand at. */
export function makeRecords(size) {
  const items = Array.from({ length: Math.round(size * 0.75) }, (_, index) => item(index));
  const sites = [...new Set(items.map(({ location }) => location.id.slice(4)))];
  const address = { country: "FR", city: "Paris", postalCode: "75008", street: "Avenue de Messine" };
  return {
    configurationItems: items,
    locations: sites.map((site) => ({ id: `LOC-${site}`, name: `Site ${site}`, address })),
    servicePoints: sites.map((site) => ({ id: `SP-${site}`, state: "OPERATIONAL", location: { id: `LOC-${site}` } })),
    accounts: [],
  };
}

/** One resource for each record: a gateway for each item, a network where another record stands. Some have something wrong. */
export function makeResources(size) {
  const gateways = Math.round(size * 0.75);
  return Array.from({ length: size }, (_, index) => {
    const record = item(index % gateways);
    const tags = { Name: record.name, "cmdb:location": record.location.id };
    const ipAddress = index % 100 === 0 ? "192.0.2.1" : record.properties.network.ipAddress;
    const properties = { bgpAsn: "65000", deviceName: record.name.toUpperCase(), ipAddress, region: "eu-west-3", tags };
    const type = index < gateways ? gateway : network;
    if (type === gateway) tags["cmdb:configuration-item"] = record.id;
    return { urn: `urn:pulumi:prod::net::${type}::it-${index}`, type, name: `it-${index}`, properties };
  });
}
