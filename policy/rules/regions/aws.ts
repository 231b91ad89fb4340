/**
 * AWS regions by country. Sources: the `Region` enumeration of the npm package @pulumi/aws 7.48.0, and the AWS global
 * infrastructure page. They include GovCloud, China, the European Sovereign Cloud and the isolated regions.
 */
export const awsRegions: Readonly<Record<string, string>> = {
  AE: "me-central-1",
  AU: "ap-southeast-2 ap-southeast-4",
  BH: "me-south-1",
  BR: "sa-east-1",
  CA: "ca-central-1 ca-west-1",
  CH: "eu-central-2",
  CN: "cn-north-1 cn-northwest-1",
  DE: "eu-central-1 eusc-de-east-1",
  ES: "eu-south-2",
  FR: "eu-west-3",
  GB: "eu-west-2 eu-isoe-west-1",
  HK: "ap-east-1",
  ID: "ap-southeast-3",
  IE: "eu-west-1",
  IL: "il-central-1",
  IN: "ap-south-1 ap-south-2",
  IT: "eu-south-1",
  JP: "ap-northeast-1 ap-northeast-3",
  KR: "ap-northeast-2",
  MX: "mx-central-1",
  MY: "ap-southeast-5",
  NZ: "ap-southeast-6",
  SE: "eu-north-1",
  SG: "ap-southeast-1",
  TH: "ap-southeast-7",
  TW: "ap-east-2",
  US:
    "us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-iso-west-1 " +
    "us-isob-east-1 us-isob-west-1 us-isof-east-1 us-isof-south-1",
  ZA: "af-south-1",
};

/** Zone groups of Local Zones and Wavelength Zones outside the country of their parent region, by country. */
export const awsZones: Readonly<Record<string, string>> = {
  AR: "us-east-1-bue-1",
  CL: "us-east-1-scl-1",
  DK: "eu-north-1-cph-1",
  FI: "eu-north-1-hel-1",
  MA: "eu-west-3-wl1-cmn-wlz-1",
  MX: "us-east-1-qro-1",
  NG: "af-south-1-los-1",
  NZ: "ap-southeast-2-akl-1",
  OM: "me-south-1-mct-1",
  PE: "us-east-1-lim-1",
  PH: "ap-southeast-1-mnl-1",
  PL: "eu-central-1-waw-1",
  SN: "eu-west-3-wl1-dkr-wlz-1",
  TH: "ap-southeast-1-bkk-1",
  TW: "ap-northeast-1-tpe-1",
  VN: "ap-southeast-1-han-1",
};

/** Global services of CloudFormation, and of the packages that are generated from it. */
const services =
  "bcmdataexports billing billingconductor budgets ce chatbot cloudfront cur globalaccelerator iam invoicing " +
  "networkmanager notifications notificationscontacts organizations rolesanywhere route53 route53recoverycontrol " +
  "route53recoveryreadiness shield supportapp uxc";

/**
 * Types of CloudFormation without a region, by the prefix of their package. Source: the AWS documentation on global services,
 * because the schemas of CloudFormation do not have this information.
 */
export const awsNativeGlobal: Readonly<Record<string, string>> = {
  "aws-native:": `${services.replace(/\w+/g, "$&:*")} directconnect:DirectConnectGateway`,
  awscc_: `${services.replace(/\w+/g, "$&_*")} directconnect_direct_connect_gateway`,
};
