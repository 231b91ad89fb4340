/** Records of a page, as the API is asked for them. */
export const pageSize = 1000;

/** One configuration item, about 370 bytes of JSON. */
export function item(index) {
  const number = String(index).padStart(7, "0");
  const site = String(Math.floor(index / 6)).padStart(6, "0");
  return {
    id: `CI-RTR-${number}`,
    name: `router-${number}`,
    category: "equipment",
    type: index % 3 === 2 ? "switch" : "router",
    status: index % 10 === 9 ? "Decommissioned" : "In service",
    vendor: "Cisco",
    model: "ISR 4331",
    serialNumber: `SN${number}`,
    ipAddress: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
    bandwidth: "100 Mbit/s",
    servicePoint: { id: `SP-${site}` },
    location: { id: `LOC-${site}`, name: `Site ${site}` },
    customer: { id: "ACC-001", name: "Exemple Industries", segment: "Enterprise" },
  };
}

/** All items as the bodies of pages, wherever these begin: nothing is put together when one is asked for but its brackets. */
export function itemPages(count) {
  const parts = [];
  const starts = new Float64Array(count + 1);
  for (let index = 0; index < count; index += 1) {
    const part = Buffer.from(`${JSON.stringify(item(index))},`);
    parts.push(part);
    starts[index + 1] = starts[index] + part.length;
  }
  const all = Buffer.concat(parts);
  return (offset) => {
    const [from, to] = [starts[Math.min(offset, count)], starts[Math.min(offset + pageSize, count)]];
    // Its last comma is left out.
    return Buffer.concat([Buffer.from("["), all.subarray(from, Math.max(from, to - 1)), Buffer.from("]")]);
  };
}
