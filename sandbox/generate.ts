import type { Attributes, Kind } from "../provider/model/records.js";
import { equipmentAt, lineTypes, type Equipment } from "./equipment.js";
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

/** The sites of this city have no name. */
const nameless = "WAW";

interface Offer {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly layer: string;
}

const offers: readonly [Offer, ...Offer[]] = [
  { id: "OFR-VPN", name: "Business VPN", family: "VPN", layer: "MPLS" },
  { id: "OFR-INT", name: "Business Internet", family: "Internet", layer: "OTHER" },
  { id: "OFR-SDW", name: "Flexible SD-WAN", family: "SD-WAN", layer: "SDWAN" },
];

const customer = { id: "ACC-001", name: "Exemple Industries" };

/** Maximum number of configuration items per site. */
const itemsPerSite = 6;

function numbered(index: number): string {
  return String(index).padStart(3, "0");
}

/** Returns a unique private IP address for an item: 10.x.y.z. */
function address(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}

/** Returns an unassigned phone number from the range that France reserves for fiction. */
function phone(index: number): string {
  const digits = String(index % 10_000).padStart(4, "0");
  return `+33 1 99 00 ${digits.slice(0, 2)} ${digits.slice(2)}`;
}

const day = 24 * 3600 * 1000;
const firstDay = Date.UTC(2019, 0, 1);
const lastDay = Date.UTC(2025, 11, 31);

/** Returns random times of creation and last change in the past years. */
function times(random: Random): { readonly createdAt: string; readonly updatedAt: string } {
  const created = firstDay + Math.floor(random.next() * (lastDay - firstDay));
  const updated = created + Math.floor(random.next() * (lastDay - created));
  return { createdAt: new Date(created).toISOString(), updatedAt: new Date(updated).toISOString() };
}

/** Returns the date a number of days after a time. */
function dateAfter(time: string, days: number): string {
  return new Date(Date.parse(time) + days * day).toISOString().slice(0, 10);
}

interface Draws {
  /** Random numbers for the structure of the data. */
  readonly main: Random;
  /** Random numbers for details, so that new details do not change the structure. */
  readonly details: Random;
}

/** The common fields of the items of a site. */
interface Site {
  readonly code: string;
  readonly number: string;
  readonly offer: Offer;
  readonly location: Attributes;
  readonly servicePoint: Attributes;
}

/**
 * Generates the data of a company: sites in several countries, with offers, routers, switches and access lines. The records have
 * the structure of the vendor's description [spec].
 * @param size the number of configuration items
 */
export function generate(size: number, seed: number): Records {
  const draws = { main: new Random(seed), details: new Random(seed + 1_000_003) };
  const records: Records = {
    account: [{ id: customer.id, code: "EXEMPLE", name: customer.name, ...times(draws.details) }],
    location: [],
    servicePoint: [],
    configurationItem: [],
  };
  for (let index = 0; records.configurationItem.length < size; index += 1) {
    const site = addSite(records, index, draws);
    const count = Math.min(itemsPerSite, size - records.configurationItem.length);
    for (let place = 0; place < count; place += 1) addItem(records, site, place, draws);
  }
  return records;
}

function addSite(records: Records, index: number, { main, details }: Draws): Site {
  const [code, city, countryName, country, postalCode, streetName] = cities[index % cities.length] ?? cities[0];
  const number = numbered(Math.floor(index / cities.length) + 1);
  const title = `${city} ${number}`;
  const id = `LOC-${code}-${number}`;
  const customerReference = `EXI-${code}-${number}`;
  const localCompany = `${customer.name} ${title}`;
  const street = `${main.between(1, 180)} ${streetName}`;
  records.location.push({
    id,
    ...(code === nameless ? {} : { name: title }),
    customerReference,
    customer,
    localCompany,
    address: { street, postalCode, city, state: null, country },
    formattedAddress: `${street}, ${postalCode} ${city}, ${countryName}`,
    phone: phone(index),
    ...(index % 3 === 0 ? { contacts: { primary: { name: `Reception ${title}`, phone: phone(index + 5000) } } } : {}),
    ...times(details),
  });
  const { layer, ...offer } = main.pick(offers);
  const location = { id, name: code === nameless ? localCompany : title, customerReference };
  const servicePoint = {
    id: `SP-${code}-${number}`,
    name: `${title} VPN`,
    customerReference: `${customerReference}-VPN`,
  };
  const since = times(details);
  records.servicePoint.push({
    ...servicePoint,
    state: "OPERATIONAL",
    offer,
    customer,
    billingAccounts: [{ id: `BIL-${country}`, division: country, name: `${customer.name} ${countryName}` }],
    category: "STANDARD",
    agreement: { id: "AGR-001" },
    location,
    keyDates: { orderedAt: dateAfter(since.createdAt, 0), startedAt: dateAfter(since.createdAt, 45) },
    ...since,
  });
  return { code, number, offer: { ...offer, layer }, location, servicePoint };
}

function addItem(records: Records, site: Site, place: number, draws: Draws): void {
  const items = records.configurationItem;
  const index = items.length + 1;
  // The first router of the first site stays in service: the quick start refers to it.
  const isTerminated = index !== 1 && draws.main.pick([false, false, false, true]);
  const { layer, ...offer } = site.offer;
  const since = times(draws.details);
  const common = {
    customerReference: `${site.location.customerReference}-${place + 1}`,
    state: [isTerminated ? "TERMINATED" : "OPERATIONAL"],
    customer,
    location: site.location,
    offer,
    servicePoint: site.servicePoint,
    keyDates: {
      installedAt: dateAfter(since.createdAt, 0),
      startedAt: dateAfter(since.createdAt, 7),
      ...(isTerminated ? { terminatedAt: since.updatedAt.slice(0, 10) } : {}),
    },
    ...since,
  };
  const equipment = equipmentAt(place, site.code);
  items.push(equipment ? device(site, equipment, layer, place, index, common) : line(site, place, common, draws.main));
}

function device(
  site: Site,
  equipment: Equipment,
  layer: string,
  place: number,
  index: number,
  common: Attributes,
): Attributes {
  const { short, word, category, type, role, ...hardware } = equipment;
  const number = `${site.number}${place < 3 ? "" : `-${place}`}`;
  return {
    id: `CI-${short}-${site.code}-${number}`,
    name: `${site.code.toLowerCase()}-${word}-${number}`,
    reference: `CPE-${String(index).padStart(8, "0")}`,
    category,
    type,
    properties: {
      role,
      layer: word === "switch" ? "LAN" : layer,
      hardware: { ...hardware, serialNumber: `SN${String(index).padStart(8, "0")}` },
      network: { ipAddress: address(index) },
    },
    ...common,
  };
}

function line(site: Site, place: number, common: Attributes, random: Random): Attributes {
  const number = `${site.number}-${place}`;
  const type = random.pick(lineTypes);
  const [speed = "", unit] = random.pick(["100 Mbit/s", "500 Mbit/s", "1 Gbit/s"]).split(" ");
  return {
    id: `CI-ACC-${site.code}-${number}`,
    name: `${site.code.toLowerCase()}-access-${number}`,
    category: ["ACCESS_LINE"],
    type: [type],
    properties: { bandwidth: { tx: speed, rx: speed, unit, isGuaranteed: String(type === "OPTICAL_FIBER") } },
    ...common,
  };
}
