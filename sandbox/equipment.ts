/** A model of device. */
export interface Equipment {
  /** The abbreviation in ids. */
  readonly short: string;
  /** The abbreviation in names. */
  readonly word: string;
  readonly category: readonly string[];
  readonly type: readonly string[];
  readonly role: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly family: string;
}

const router: Equipment = {
  short: "RTR",
  word: "router",
  category: ["WAN_DEVICE"],
  type: ["ROUTER"],
  role: "PRIMARY",
  manufacturer: "Cisco",
  model: "ISR 4331",
  family: "ISR 4000",
};

const ethernetSwitch: Equipment = {
  short: "SWI",
  word: "switch",
  category: ["LAN_DEVICE"],
  type: ["ETHERNET_SWITCH"],
  role: "STANDALONE",
  manufacturer: "Cisco",
  model: "Catalyst 9300",
  family: "Catalyst 9000",
};

/** Has two categories, because it connects networks. */
const gateway: Equipment = {
  ...router,
  category: ["WAN_DEVICE", "LAN_DEVICE"],
  role: "SECONDARY",
  manufacturer: "Juniper",
  model: "SRX345",
  family: "SRX300",
};

/** The switches of this city have two types. */
const routedSwitches = "BRU";

const places: readonly (Equipment | undefined)[] = [router, ethernetSwitch, undefined, gateway, router, undefined];

/** Returns the device at a place of a site, or undefined for an access line. */
export function equipmentAt(place: number, city: string): Equipment | undefined {
  const equipment = places[place];
  if (equipment !== ethernetSwitch || city !== routedSwitches) return equipment;
  return { ...ethernetSwitch, type: ["ETHERNET_SWITCH", "IP_SWITCH"] };
}

/** The types of access lines. */
export const lineTypes: readonly [string, ...string[]] = ["OPTICAL_FIBER", "DSL", "OTHER"];
