/** Maximum number of records per page, as in the API. */
export const pageSize = 250;

const newest = Date.UTC(2026, 0, 1);

/** Returns when an item was changed. Each is one minute newer than the previous one. */
const updatedAt = (index) => new Date(newest + index * 60_000).toISOString();

/** One configuration item in the vendor's shape, about 650 bytes of JSON. */
export function item(index) {
  const number = String(index).padStart(7, "0");
  const site = String(Math.floor(index / 6)).padStart(6, "0");
  return {
    id: `CI-RTR-${number}`,
    name: `router-${number}`,
    category: [index % 3 === 2 ? "LAN_DEVICE" : "WAN_DEVICE"],
    type: [index % 3 === 2 ? "ETHERNET_SWITCH" : "ROUTER"],
    state: [index % 10 === 9 ? "TERMINATED" : "OPERATIONAL"],
    customer: { id: "ACC-001", name: "Exemple Industries" },
    location: { id: `LOC-${site}`, name: `Site ${site}` },
    servicePoint: { id: `SP-${site}`, name: `Site ${site} VPN` },
    properties: {
      role: "STANDALONE",
      hardware: { manufacturer: "Cisco", model: "ISR 4331", serialNumber: `SN${number}` },
      network: { ipAddress: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}` },
      bandwidth: { tx: "100", rx: "100", unit: "Mbps" },
    },
    createdAt: "2025-01-01T00:00:00.000Z",
    updatedAt: updatedAt(index),
  };
}

/** Prepared bodies of pages at any offset, so that a request only adds brackets. */
function pagesOf(records) {
  const parts = [];
  const starts = [0];
  for (const record of records) {
    const part = Buffer.from(`${JSON.stringify(record)},`);
    parts.push(part);
    starts.push(starts.at(-1) + part.length);
  }
  const all = Buffer.concat(parts);
  const count = parts.length;
  return (offset, limit) => {
    const [from, to] = [starts[Math.min(offset, count)], starts[Math.min(offset + limit, count)]];
    // Its last comma is left out.
    return Buffer.concat([Buffer.from("["), all.subarray(from, Math.max(from, to - 1)), Buffer.from("]")]);
  };
}

function* upwards(count) {
  for (let index = 0; index < count; index += 1) yield item(index);
}

/** All items by id. */
export function itemPages(count) {
  return pagesOf(upwards(count));
}

/** The thousand items that were changed last, the latest first; `changed` of them were changed since the others. */
export function latestPages(count, changed) {
  const latest = Array.from({ length: Math.min(1_000, count) }, (_, place) => {
    const index = count - 1 - place;
    if (place >= changed) return item(index);
    return { ...item(index), name: `changed-${index}`, updatedAt: updatedAt(2 * count - place) };
  });
  return pagesOf(latest);
}
