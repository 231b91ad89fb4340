import { Random } from "../../../sandbox/random";
import { recordOf, type Api } from "./records";
import type { InventoryRecord } from "../../../provider/model/records";

/** A resource whose record is known, and whether an identifying field determines it. */
export interface Planted {
  readonly urn: string;
  /** The record that it is; undefined if the inventory has none. */
  readonly recordId: string | undefined;
  /** True if one of its identifying values is unique on both sides, and none points elsewhere. */
  readonly isDetermined: boolean;
}

/** States and an inventory with planted truth. */
export interface PlantedData {
  readonly records: readonly InventoryRecord[];
  /** The texts of states, by file name. */
  readonly states: ReadonlyMap<string, string>;
  readonly truth: ReadonlyMap<string, Planted>;
  /** Texts that no output may contain. */
  readonly secrets: readonly string[];
}

interface Device {
  readonly id: string;
  readonly name: string;
  readonly serial: string;
  readonly mac: string;
  readonly ip: string;
  readonly hasPrivateIp: boolean;
  readonly customerReference: string;
  /** The name of its site, which several sites have. */
  readonly site: string;
  readonly api: Api;
}

const cities = [
  ["Paris", "75001", "FR", "PAR"],
  ["Lyon", "69002", "FR", "LYS"],
  ["München", "80331", "DE", "MUC"],
  ["Bruxelles", "1000", "BE", "BRU"],
  ["Dublin", "D02 X285", "IE", "DUB"],
] as const;

const secretSign = "4dabf18193072939515e22adb298388d";

type Properties = Record<string, unknown>;

/** Makes one deployed resource of a device. */
interface Shape {
  readonly stack: string;
  readonly type: string;
  /** Fields that identify the device in this shape. */
  readonly uses: readonly ("serial" | "mac" | "ip" | "reference")[];
  readonly properties: (device: Device, name: string) => Properties;
  readonly isTerraform?: boolean;
}

const shapes: readonly Shape[] = [
  {
    stack: "aws",
    type: "aws:ec2/customerGateway:CustomerGateway",
    uses: ["ip"],
    properties: ({ ip }, name) => ({
      bgpAsn: "65000",
      ipAddress: ip,
      type: "ipsec.1",
      tags: { Name: name, env: "prod" },
    }),
  },
  {
    stack: "azure",
    type: "azure-native:network:LocalNetworkGateway",
    uses: ["ip"],
    properties: ({ ip }, name) => ({
      gatewayIpAddress: ip,
      localNetworkGatewayName: name,
      localNetworkAddressSpace: { addressPrefixes: ["10.0.0.0/8"] },
      location: "westeurope",
    }),
  },
  {
    stack: "gcp",
    type: "gcp:compute/externalVpnGateway:ExternalVpnGateway",
    uses: ["ip"],
    properties: ({ ip }, name) => ({
      name,
      redundancyType: "SINGLE_IP_INTERNALLY_REDUNDANT",
      interfaces: [{ id: 0, ipAddress: ip }],
      labels: { env: "production" },
    }),
  },
  {
    stack: "meraki",
    type: "meraki:devices/device:Device",
    uses: ["serial", "mac"],
    properties: ({ serial, mac, site }, name) => ({
      site,
      serial,
      mac: mac.toUpperCase(),
      name,
      lanIp: "192.168.1.1",
      tags: ["branch"],
    }),
  },
  {
    stack: "k8s",
    type: "kubernetes:core/v1:ConfigMap",
    uses: ["reference"],
    properties: ({ customerReference }, name) => ({
      metadata: { name, namespace: "default", annotations: { "example.com/asset": customerReference } },
      data: { mode: "active" },
    }),
  },
  {
    stack: "tf-aws",
    type: "aws_customer_gateway",
    uses: ["ip"],
    isTerraform: true,
    properties: ({ ip }, name) => ({ bgp_asn: "65000", ip_address: ip, type: "ipsec.1", tags: { Name: name } }),
  },
  {
    stack: "tf-meraki",
    type: "meraki_device",
    uses: ["serial"],
    isTerraform: true,
    properties: ({ serial }, name) => ({ serial, name, notes: "" }),
  },
];

/**
 * Makes an inventory and states. Six of ten resources are a device of the inventory without noise; the others are renamed, have a
 * wrong serial number, share an address, or have no record.
 * @param scale 1 makes 2,000 resources and 3,000 records
 */
export function planted(seed = 1, scale = 1): PlantedData {
  const random = new Random(seed);
  const devices = Array.from({ length: 2_000 * scale }, (_, index) => makeDevice(index, random));
  const records = [
    ...Array.from({ length: 400 * scale }, (_, index) => location(index)),
    ...Array.from({ length: 600 * scale }, (_, index) => servicePoint(index)),
    ...devices.map(({ api }) => recordOf("configurationItem", api)),
  ];
  const truth = new Map<string, Planted>();
  const byStack = new Map<string, Properties[]>();
  const secrets = Array.from({ length: 20 }, (_, index) => `planted-secret-${seed}-${index}-x9`);
  for (let index = 0; index < 1_800 * scale; index += 1) {
    const shape = shapes[index % shapes.length] as Shape;
    const device = devices[index] as Device;
    const made = withNoise(index, device, devices, shape, random);
    const entry = resource(shape, index, { ...made.properties, ...secretProperties(shape, secrets[index % 20] ?? "") });
    push(byStack, shape.stack, entry.json);
    truth.set(entry.urn, { urn: entry.urn, recordId: made.recordId, isDetermined: made.isDetermined });
  }
  for (let index = 0; index < 200 * scale; index += 1) {
    const entry = resource(unrelated, 10_000_000 + index, unrelated.properties(devices[0] as Device, `vpc-${index}`));
    push(byStack, unrelated.stack, entry.json);
    truth.set(entry.urn, { urn: entry.urn, recordId: undefined, isDetermined: false });
  }
  const states = [...byStack].map(([stack, all]) => [`${stack}.json`, stateOf(stack, all)] as const);
  return { records, states: new Map(states), truth, secrets };
}

const unrelated: Shape = {
  stack: "other",
  type: "aws:ec2/vpc:Vpc",
  uses: [],
  properties: (_device, name) => ({
    cidrBlock: "10.0.0.0/16",
    tags: { Name: name, site: "default" },
    gateway: "0.0.0.0",
  }),
};

const pad = (value: number): string => String(value).padStart(7, "0");

function makeDevice(index: number, random: Random): Device {
  const city = cities[index % cities.length] as (typeof cities)[number];
  const hasPrivateIp = random.next() < 0.2;
  // Private addresses repeat from site to site; public ones are unique.
  const ip = hasPrivateIp
    ? `10.${index % 4}.0.${1 + (index % 200)}`
    : `20.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  const mac = `00:1b:${((index >> 24) & 255).toString(16).padStart(2, "0")}:${hex(index >> 16)}:${hex(index >> 8)}:${hex(index)}`;
  const id = `CI-${pad(index)}`;
  const name = `${city[3]}-RTR-${pad(index)}`;
  const serial = `FOC${pad(index * 7)}X`;
  const customerReference = `CUST/REF-${pad(index)}`;
  const api = {
    id,
    name,
    customerReference,
    reference: `OBS${pad(index * 3)}`,
    category: ["WAN_DEVICE"],
    state: "OPERATIONAL",
    location: { id: `LOC-${pad(index % 400)}` },
    properties: {
      network: { ipAddress: ip, macAddress: mac },
      hardware: { serialNumber: serial, manufacturer: "Cisco" },
    },
  };
  const site = siteName(index % 400);
  return { id, name, serial, mac, ip, hasPrivateIp, customerReference, site, api };
}

const hex = (value: number): string => (value & 255).toString(16).padStart(2, "0");

interface Noisy {
  readonly properties: Properties;
  readonly recordId: string | undefined;
  readonly isDetermined: boolean;
}

/** Returns the properties of a resource of a device, with the noise of its turn. */
function withNoise(index: number, device: Device, devices: readonly Device[], shape: Shape, random: Random): Noisy {
  const turn = Math.floor(index / shapes.length) % 10;
  const isDetermined = shape.uses.some((use) => use !== "ip" || !device.hasPrivateIp);
  const plain = shape.properties(device, device.name);
  // Renamed: the inventory knows another name.
  if (turn === 6)
    return {
      properties: shape.properties(device, `renamed-${random.between(1, 1e9)}-x`),
      recordId: device.id,
      isDetermined,
    };
  // The serial number of another device, on one that has its own name.
  if (turn === 7 && shape.uses.includes("serial")) {
    const other = devices[devices.length - 1 - index] as Device;
    return { properties: { ...plain, serial: other.serial }, recordId: device.id, isDetermined: false };
  }
  // One address for two resources of different devices: the second has the address of the first.
  if (turn === 8 && shape.uses.includes("ip")) {
    const other = devices[index - shapes.length] as Device;
    return {
      properties: shape.properties({ ...device, ip: other.ip }, device.name),
      recordId: device.id,
      isDetermined: false,
    };
  }
  if (turn === 7 && shape.uses.includes("ip")) return { properties: plain, recordId: device.id, isDetermined: false };
  // Not in the inventory.
  if (turn === 9) {
    const stranger = makeDevice(9_000_000 + index, random);
    const foreign = {
      ...stranger,
      ip: `45.${index & 255}.${(index >> 8) & 255}.9`,
      customerReference: `X/OTHER-${index}`,
      site: "",
    };
    return { properties: shape.properties(foreign, `stranger-${index}`), recordId: undefined, isDetermined: false };
  }
  return { properties: plain, recordId: device.id, isDetermined };
}

/** Returns a secret as the state of the shape has it: an encrypted value of Pulumi, or a sensitive one of Terraform. */
function secretProperties({ isTerraform }: Shape, secret: string): Properties {
  return isTerraform
    ? { preshared_key: secret, note_marked: secret }
    : {
        presharedKey: { [secretSign]: "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(secret) },
        password: secret,
      };
}

function resource(shape: Shape, index: number, properties: Properties): { urn: string; json: Properties } {
  const { stack, type } = shape;
  if (shape.isTerraform) {
    const address = `${type}.r${index}`;
    const json = {
      address,
      mode: "managed",
      type,
      name: `r${index}`,
      values: properties,
      sensitive_values: { note_marked: true },
    };
    return { urn: `urn:terraform:${stack}::terraform::${type}::${address}`, json };
  }
  const urn = `urn:pulumi:prod::${stack}::${type}::r${index}`;
  return { urn, json: { urn, type, custom: true, id: `id-${index}`, inputs: properties, outputs: properties } };
}

function push(byStack: Map<string, Properties[]>, stack: string, entry: Properties): void {
  const known = byStack.get(stack);
  if (known) known.push(entry);
  else byStack.set(stack, [entry]);
}

function stateOf(stack: string, resources: readonly Properties[]): string {
  return JSON.stringify(
    stack.startsWith("tf-")
      ? { format_version: "1.0", terraform_version: "1.9.0", values: { root_module: { resources } } }
      : { version: 3, deployment: { manifest: {}, resources } },
  );
}

/** Returns the name of a location: ten of 400 share it. */
function siteName(index: number): string {
  return `Agence ${(cities[index % cities.length] as (typeof cities)[number])[0]} ${index % 40}`;
}

/** Several locations have one name, and all locations of a city have its postal code. */
function location(index: number): InventoryRecord {
  const [city, postalCode, country] = cities[index % cities.length] as (typeof cities)[number];
  return recordOf("location", {
    id: `LOC-${pad(index)}`,
    name: siteName(index),
    address: { street: `${index} rue`, postalCode, city, country },
  });
}

function servicePoint(index: number): InventoryRecord {
  return recordOf("servicePoint", {
    id: `SP-${pad(index)}`,
    name: `Access line ${pad(index)}`,
    state: "OPERATIONAL",
    location: { id: `LOC-${pad(index % 400)}` },
  });
}
