import { countryCode } from "../../../provider/model/countries.js";
import { elements, type InventoryRecord, type Kind } from "../../../provider/model/records.js";
import { CITY, comparedFields, comparedForm, comparedValues, formsOf } from "./compared.js";
import { identifyingValues, networkField, placeField, placeOf, type Field } from "./fields.js";
import {
  addressKey,
  isDistinctive,
  isNetwork,
  isPrivate,
  macKey,
  MAX_VALUE_LENGTH,
  nameKey,
  networkKey,
  parseAddress,
  textKey,
} from "./values.js";

/** A record, as the matching reads it. */
export interface Candidate {
  readonly kind: Kind;
  readonly id: string;
  readonly locationId: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  /** True if a resource refers to the record already, or tracks it. */
  isReferenced: boolean;
  /** True if a resource refers to the record, and not only tracks it. */
  isTaken: boolean;
  /** True if a tracked record has it. */
  isTracked: boolean;
}

/** One value of one record. */
export interface Entry {
  readonly candidate: Candidate;
  readonly field: Field;
  readonly value: string;
  /** The city, of an entry for a postal code. */
  readonly city?: string;
}

/** All records that share a value, and the number of resources that have it. */
export interface Bucket {
  readonly entries: Entry[];
  /** Resources with the value. */
  resources: number;
  /** The last resource that was counted, so that each is counted once. */
  last: number;
  /** True if an equal value is not a coincidence: not a private address, a short number or a word. */
  readonly isDistinctive: boolean;
}

/** What records have in common with a value of a resource. */
export interface FoundValue {
  readonly buckets: readonly Bucket[];
  /** The forms of the value that a record has in a field that identifies no record. */
  readonly forms: readonly string[];
}

/** Number of UTF-16 units by which another spelling of a compared value can be longer. */
const SPARE_LENGTH = 16;

const NOTHING: FoundValue = { buckets: [], forms: [] };

/** Maximum number of look-ups in the cache. */
const MAX_CACHED = 4_096;

/** Finds the records that have a value. It is built once, and each look-up takes the same time whatever the number of records. */
export class RecordIndex {
  readonly #texts = new Map<string, Bucket>();
  readonly #names = new Map<string, Bucket>();
  readonly #addresses = new Map<string, Bucket>();
  readonly #macs = new Map<string, Bucket>();
  readonly #networks = new Map<string, Bucket>();
  readonly #places = new Map<string, Bucket>();
  /** The lengths of the networks of the records, by the length of their addresses. */
  readonly #lengths = { 32: new Set<number>(), 128: new Set<number>() };
  readonly #recent = new Map<string, FoundValue>();
  /** The values of records in compared fields, as written, and their forms. A bandwidth has another form than the same text. */
  readonly #compared = {
    texts: new Set<string>(),
    bandwidths: new Set<string>(),
    forms: new Set<string>(),
    longest: 0,
  };
  readonly candidates = new Map<Kind, Map<string, Candidate>>();

  add(record: InventoryRecord): void {
    const { kind, id, locationId, country } = record;
    const candidate: Candidate = {
      kind,
      id,
      locationId,
      country: country === undefined ? undefined : countryCode(country),
      isReferenced: false,
      isTaken: false,
      isTracked: false,
    };
    let ofKind = this.candidates.get(kind);
    if (!ofKind) this.candidates.set(kind, (ofKind = new Map()));
    ofKind.set(id, candidate);
    for (const { field, value } of identifyingValues(record)) this.#enter({ candidate, field, value });
    for (const field of comparedFields) {
      const text = record[field];
      // Most records have one value or none in a field.
      if (text === undefined) continue;
      if (record[elements]?.[field] === undefined) this.#compare(field, text);
      else for (const one of comparedValues(record, field)) this.#compare(field, one);
    }
    for (const city of comparedValues(record, CITY)) this.#compare(CITY, city);
    const place = kind === "location" ? placeOf(record) : undefined;
    if (place)
      put(this.#places, placeKey(place.postalCode), false, {
        candidate,
        field: placeField,
        value: place.postalCode,
        city: place.city,
      });
  }

  #compare(path: string, text: string): void {
    const { texts, bandwidths, forms } = this.#compared;
    const known = path === "bandwidth" ? bandwidths : texts;
    if (known.has(text)) return;
    known.add(text);
    const form = comparedForm(path, text);
    if (form === undefined) return;
    forms.add(form);
    // With space for another spelling, such as outer spaces.
    this.#compared.longest = Math.max(this.#compared.longest, text.length + SPARE_LENGTH);
  }

  #enter(entry: Entry): void {
    const { field, value } = entry;
    if (value.length > MAX_VALUE_LENGTH) return;
    if (field.form === "name") put(this.#names, nameKey(value), false, entry);
    else if (field.form === "mac") put(this.#macs, macKey(value), true, entry);
    else if (field.form === "text") put(this.#texts, textKey(value), isDistinctive(value), entry);
    else {
      const address = parseAddress(value);
      if (address === undefined) return;
      if (isNetwork(address)) {
        this.#lengths[address.bits].add(address.length);
        put(this.#networks, networkKey(address, address.length), false, { ...entry, field: networkField });
      } else put(this.#addresses, addressKey(address), !isPrivate(address), entry);
    }
  }

  /**
   * Returns the records by the forms of a value: as text, name, address or MAC address, in this order, and its forms in compared
   * fields. All records must have been added before.
   */
  find(value: string): FoundValue {
    if (value.length > MAX_VALUE_LENGTH) return NOTHING;
    let found = this.#recent.get(value);
    if (!found) {
      // Most values repeat: types, networks, and the same value in inputs, outputs and lists.
      if (this.#recent.size >= MAX_CACHED) this.#recent.clear();
      const [buckets, forms] = [this.#find(value), this.#formsOf(value)];
      found = buckets.length + forms.length === 0 ? NOTHING : { buckets, forms };
      this.#recent.set(value, found);
    }
    return found;
  }

  #formsOf(value: string): readonly string[] {
    const { forms, longest } = this.#compared;
    const [plain, bandwidth] = value.length > longest ? [] : formsOf(value);
    if (plain === undefined || !forms.has(plain))
      return bandwidth !== undefined && forms.has(bandwidth) ? [bandwidth] : NOTHING.forms;
    return bandwidth !== undefined && forms.has(bandwidth) ? [plain, bandwidth] : [plain];
  }

  #find(value: string): readonly Bucket[] {
    const found: Bucket[] = [];
    const take = (bucket: Bucket | undefined): void => {
      if (bucket) found.push(bucket);
    };
    const text = textKey(value);
    if (text !== undefined) take(this.#texts.get(text));
    const name = nameKey(value);
    if (name !== undefined) take(this.#names.get(name));
    if (this.#places.size > 0) for (const code of postalCodesIn(value)) take(this.#places.get(code));
    const mac = this.#macs.size > 0 ? macKey(value) : undefined;
    if (mac !== undefined) take(this.#macs.get(mac));
    const address = parseAddress(value);
    const key = address && addressKey(address);
    if (address === undefined || key === undefined) return found;
    // A network of the resource is not the address of a record.
    if (!isNetwork(address)) take(this.#addresses.get(key));
    for (const length of this.#lengths[address.bits])
      if (length <= address.length) take(this.#networks.get(networkKey(address, length)));
    return found;
  }
}

/** Returns the texts of a value that can be a postal code: the value itself, and its words with a digit. */
function postalCodesIn(value: string): Iterable<string> {
  if (!/\d/.test(value)) return [];
  if (!/[\s,;]/.test(value)) return [placeKey(value)];
  return new Set([value, ...value.split(/[\s,;]+/).filter((word) => /\d/.test(word))].map(placeKey));
}

const placeKey = (postalCode: string): string => postalCode.replace(/\s+/g, "").toLowerCase();

function put(index: Map<string, Bucket>, key: string | undefined, distinctive: boolean, entry: Entry): void {
  if (key === undefined) return;
  const bucket = index.get(key);
  if (bucket) bucket.entries.push(entry);
  else index.set(key, { entries: [entry], resources: 0, last: -1, isDistinctive: distinctive });
}
