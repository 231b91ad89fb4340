import type { Attributes, Kind } from "../provider/inventory/records.js";
import { Random } from "./random.js";

/** The records of each kind. */
export type Records = Record<Kind, Attributes[]>;

const cities = [
  ["PAR", "Paris", "France", "FR", "75008", "Avenue de Messine"],
  ["LYS", "Lyon", "France", "FR", "69003", "Rue de la Villette"],
  ["MRS", "Marseille", "France", "FR", "13002", "Boulevard de Dunkerque"],
  ["FRA", "Frankfurt am Main", "Germany", "DE", "60314", "Hanauer Landstraße"],
  ["MAD", "Madrid", "Spain", "ES", "28046", "Paseo de la Castellana"],
  ["LON", "London", "United Kingdom", "GB", "E14 5AB", "Canada Square"],
  ["BRU", "Brussels", "Belgium", "BE", "1000", "Boulevard du Roi Albert II"],
  ["WAW", "Warsaw", "Poland", "PL", "02-326", "Aleje Jerozolimskie"],
  ["NYC", "New York", "United States", "US", "10018", "West 37th Street"],
  ["SIN", "Singapore", "Singapore", "SG", "018989", "Marina Boulevard"],
] as const;

const equipment = [
  ["RTR", "router", "Cisco", "ISR 4331"],
  ["SWI", "switch", "Cisco", "Catalyst 9300"],
  ["RTR", "router", "Juniper", "SRX345"],
] as const;

interface Offer {
  readonly id: string;
  readonly name: string;
}

const offers: readonly [Offer, ...Offer[]] = [
  { id: "OFR-VPN", name: "Business VPN" },
  { id: "OFR-INT", name: "Business Internet" },
  { id: "OFR-SDW", name: "Flexible SD-WAN" },
];

const customer = { id: "ACC-001", name: "Exemple Industries", segment: "Enterprise" };

/** How many configuration items a site has at most. */
const itemsPerSite = 6;

function numbered(index: number): string {
  return String(index).padStart(3, "0");
}

/** A private address: 10.x.y.z, its own for each item. */
function address(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}

/**
 * Invents a company: sites in several countries, offers on them, routers, switches and access lines on those.
 * @param size the number of configuration items
 */
export function generate(size: number, seed: number): Records {
  const random = new Random(seed);
  const records: Records = {
    account: [{ id: customer.id, name: customer.name, country: "France", segment: customer.segment }],
    location: [],
    servicePoint: [],
    configurationItem: [],
  };
  for (let site = 0; records.configurationItem.length < size; site += 1) addSite(records, site, size, random);
  return records;
}

function addSite(records: Records, site: number, size: number, random: Random): void {
  const [code, city, country, countryCode, postalCode, street] = cities[site % cities.length] ?? cities[0];
  const number = numbered(Math.floor(site / cities.length) + 1);
  const location = { id: `LOC-${code}-${number}`, name: `${city} ${number}` };
  records.location.push({
    ...location,
    customer,
    address: { street: `${random.between(1, 180)} ${street}`, city, postalCode, state: null, country, countryCode },
  });
  const servicePoint = { id: `SP-${code}-${number}`, name: `${city} ${number} VPN` };
  records.servicePoint.push({
    ...servicePoint,
    status: "In service",
    offer: random.pick(offers),
    location,
    account: { id: customer.id },
  });
  const count = Math.min(itemsPerSite, size - records.configurationItem.length);
  for (let place = 0; place < count; place += 1) {
    const index = records.configurationItem.length + 1;
    const common = {
      // The first router of the first site stays in service: the quick start refers to it.
      status: index === 1 ? "In service" : random.pick(["In service", "In service", "In service", "Decommissioned"]),
      servicePoint: { id: servicePoint.id },
      location,
      customer,
    };
    records.configurationItem.push(
      place % 3 === 2 ? accessLine(code, site, place, common, random) : device(code, site, place, index, common),
    );
  }
}

function device(code: string, site: number, place: number, index: number, common: Attributes): Attributes {
  const [short, type, vendor, model] = equipment[(place - Math.floor(place / 3)) % equipment.length] ?? equipment[0];
  const number = `${numbered(Math.floor(site / cities.length) + 1)}${place < equipment.length ? "" : `-${place}`}`;
  return {
    id: `CI-${short}-${code}-${number}`,
    name: `${code.toLowerCase()}-${type}-${number}`,
    category: "equipment",
    type,
    vendor,
    model,
    serialNumber: `SN${String(index).padStart(8, "0")}`,
    ipAddress: address(index),
    ...common,
  };
}

function accessLine(code: string, site: number, place: number, common: Attributes, random: Random): Attributes {
  const number = `${numbered(Math.floor(site / cities.length) + 1)}-${place}`;
  return {
    id: `CI-ACC-${code}-${number}`,
    name: `${code.toLowerCase()}-access-${number}`,
    category: "access",
    type: random.pick(["fibre", "ethernet", "4G"]),
    bandwidth: random.pick(["100 Mbit/s", "500 Mbit/s", "1 Gbit/s"]),
    ...common,
  };
}
