/**
 * Azure regions by country, as `location` names them. Source: the Azure geographies page and the region list of Azure
 * Resource Manager (`az account list-locations`), with Azure Government, Azure in China and the edge zones.
 */
export const azureRegions: Readonly<Record<string, string>> = {
  AE: "uaecentral uaenorth",
  AT: "austriaeast",
  AU: "australiacentral australiacentral2 australiaeast australiasoutheast perth",
  BE: "belgiumcentral",
  BR: "brazilsouth brazilsoutheast",
  CA: "canadacentral canadaeast",
  CH: "switzerlandnorth switzerlandwest",
  CL: "chilecentral",
  CN: "chinaeast chinaeast2 chinaeast3 chinanorth chinanorth2 chinanorth3",
  DE: "germanycentral germanynorth germanynortheast germanywestcentral",
  DK: "denmarkeast",
  ES: "spaincentral",
  FI: "finlandcentral",
  FR: "francecentral francesouth",
  GB: "uknorth uksouth uksouth2 ukwest",
  GR: "greececentral",
  HK: "eastasia",
  ID: "indonesiacentral",
  IE: "northeurope",
  IL: "israelcentral israelnorthwest",
  IN: "centralindia indiasouthcentral jioindiacentral jioindiawest southindia westindia",
  IT: "italynorth",
  JP: "japaneast japanwest",
  KR: "koreacentral koreasouth",
  MX: "mexicocentral",
  MY: "malaysiasouth malaysiawest",
  NL: "westeurope",
  NO: "norwayeast norwaywest",
  NZ: "newzealandnorth",
  PL: "polandcentral",
  QA: "qatarcentral",
  SA: "saudiarabiaeast",
  SE: "swedencentral swedensouth",
  SG: "southeastasia",
  TW: "taiwannorth taiwannorthwest",
  US:
    "brazilus centralus centraluseuap eastus eastus2 eastus2euap eastus3 eastusstg northcentralus southcentralus " +
    "southcentralusstg westcentralus westus westus2 westus3 usdodcentral usdodeast usgovarizona usgoviowa usgovtexas " +
    "usgovvirginia usnateast usnatwest usseceast ussecwest ussecwestcentral losangeles microsoftlosangeles1 " +
    "attatlanta1 attdallas1 attdetroit1",
  ZA: "southafricanorth southafricawest",
};

/** Geographies by country. Services that do not disclose the region of their data have a geography as their location. */
export const azureGeographies: Readonly<Record<string, string>> = {
  AE: "uae",
  AT: "austria",
  AU: "australia",
  BR: "brazil",
  CA: "canada",
  CH: "switzerland",
  DE: "germany",
  ES: "spain",
  FR: "france",
  GB: "uk unitedkingdom",
  ID: "indonesia",
  IL: "israel",
  IN: "india",
  IT: "italy",
  JP: "japan",
  KR: "korea",
  MX: "mexico",
  MY: "malaysia",
  NO: "norway",
  NZ: "newzealand",
  PL: "poland",
  QA: "qatar",
  SE: "sweden",
  SG: "singapore",
  TW: "taiwan",
  US: "unitedstates unitedstateseuap",
  ZA: "southafrica",
};

/** Geographies that span countries. */
export const azureSpanning = "asia asiapacific europe";
