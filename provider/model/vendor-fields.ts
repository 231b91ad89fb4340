/** Values that the vendor enumerates for fields whose other values may be a customer's. [spec] */
const enumerations: Readonly<Record<string, ReadonlySet<string>>> = {
  role: new Set(["PRIMARY", "SECONDARY", "STANDALONE", "UNKNOWN"]),
  layer: new Set(["MPLS", "SDWAN", "LAN", "OTHER", "UNKNOWN"]),
};

/** Returns whether the vendor's description enumerates this value for the field. */
export function isEnumerated(field: string, value: string): boolean {
  return Object.hasOwn(enumerations, field) && enumerations[field]?.has(value) === true;
}

/** Fields that hold personal data of contacts and users. [spec] Names are compared in lower case. */
const personal = new Set([
  ...["contact", "contacts", "phone", "phonenumber", "mobile", "email", "login"],
  ...["firstname", "lastname", "legalnumber", "geocoding"],
]);

/** Returns whether the field holds personal data, regardless of its value. */
export function isPersonal(field: string): boolean {
  return personal.has(field.toLowerCase());
}

/** The segments of the dotted field names that `fields` and `sort` accept. [spec] */
const segments = new Set(
  (
    "accuracy activatedAt address agreement bandwidth billingAccount billingEndedAt billingStartedAt building category " +
    "chassis city code codec community company contacts country coverage createdAt criticality customer customerReference " +
    "dsl email extendedStreet family firmwareVersion firstName floor formattedAddress geoCoding gmt hardware id " +
    "inHouseLocation intranet ipAddress isInternet isStandard keyDates lastName latitude layer legalNumber line " +
    "localCompany locality location longitude managedBy managedChannelCount manufacturer mobile mode model name network " +
    "offer offset openingHours option orderedAt ownedBy phone phoneNumber postalCode primary properties reference region " +
    "residence responseTime restoreTime role room rx secondary serialNumber serviceLevelManagement servicePoint stair " +
    "startedAt state street supportedBy terminatedAt timeZone tx type unit unmanagedChannelCount updatedAt video voip vpn wan"
  ).split(" "),
);

/** Returns whether this is the name of a documented field, such as `location.address.city`. */
export function isDocumentedField(name: string): boolean {
  return name.split(".").every((segment) => segments.has(segment));
}

/** Returns whether this is a value of `sort` or `fields`: documented field names separated by commas, `-` for descending order. */
export function isFieldList(value: string): boolean {
  return value.split(",").every((name) => isDocumentedField(name.replace(/^-/, "")));
}
