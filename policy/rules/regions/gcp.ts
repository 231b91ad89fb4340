/**
 * Google Cloud regions by country. Source: the Google Cloud locations page, cross-checked with the regions that the npm
 * package @pulumi/gcp 9.37.0 names in its documentation. Includes multi-regions within one country.
 */
export const gcpRegions: Readonly<Record<string, string>> = {
  AU: "australia-southeast1 australia-southeast2",
  BE: "europe-west1",
  BR: "southamerica-east1",
  CA: "northamerica-northeast1 northamerica-northeast2",
  CH: "europe-west6",
  CL: "southamerica-west1",
  DE: "europe-west3 europe-west10",
  ES: "europe-southwest1",
  FI: "europe-north1",
  FR: "europe-west9",
  GB: "europe-west2",
  HK: "asia-east2",
  ID: "asia-southeast2",
  IL: "me-west1",
  IN: "asia-south1 asia-south2",
  IT: "europe-west8 europe-west12",
  JP: "asia-northeast1 asia-northeast2 asia1",
  KR: "asia-northeast3",
  MX: "northamerica-south1",
  NL: "europe-west4",
  PL: "europe-central2",
  QA: "me-central1",
  SA: "me-central2",
  SE: "europe-north2",
  SG: "asia-southeast1",
  TH: "asia-southeast3",
  TW: "asia-east1",
  US:
    "us-central1 us-central2 us-east1 us-east4 us-east5 us-east7 us-south1 us-west1 us-west2 us-west3 us-west4 us-west8 " +
    "us nam3 nam4 nam5 nam6 nam7 nam8 nam9 nam10 nam11 nam12 nam13 nam14 nam15 nam16",
  ZA: "africa-south1",
};

/** Multi-regions that span countries. */
export const gcpSpanning = "asia emea eu europe eur3 eur4 eur5 eur6 eur7 eur8 nam-asia1 nam-eur-asia1 nam-eur-asia3";

/** Names of regions in App Engine that differ from those in other services. */
export const gcpAliases: ReadonlyMap<string, string> = new Map([
  ["europe-west", "europe-west1"],
  ["us-central", "us-central1"],
]);
