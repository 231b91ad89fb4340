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

/** All items, as the bodies of their pages. */
export function itemPages(count) {
  const pages = [];
  for (let offset = 0; offset < count; offset += pageSize) {
    const length = Math.min(pageSize, count - offset);
    pages.push(Buffer.from(JSON.stringify(Array.from({ length }, (_, place) => item(offset + place)))));
  }
  return pages;
}
