import type { Agreement } from "./agreement.js";

/** Options for comparing lists. */
export interface ListOptions {
  /** True if the order of elements matters. Default: lists are sets, without order and duplicates. */
  readonly ordered: boolean;
  /** True if the record's list has the allowed elements: the property need not have all of them. */
  readonly within: boolean;
}

/** Combines comparisons of which one must agree: returns agreement, else a reason, else disagreement. */
function anyOf(elements: readonly unknown[], compare: (element: unknown) => Agreement): Agreement {
  let result: Agreement = false;
  for (const element of elements) {
    const agreement = compare(element);
    if (agreement === true) return true;
    if (typeof agreement === "string") result = agreement;
  }
  return result;
}

/** Combines comparisons that must all agree: returns a reason before disagreement. */
function allOf(count: number, compare: (index: number) => Agreement): Agreement {
  let result: Agreement = true;
  for (let index = 0; index < count; index += 1) {
    const agreement = compare(index);
    if (typeof agreement === "string") return agreement;
    result &&= agreement;
  }
  return result;
}

/**
 * Compares values of which at least one is a list. A single property agrees with a record's list if it agrees with any element,
 * because a record can have several. A list agrees with a single value of a record if all of its elements do.
 */
export function compareLists(
  property: unknown,
  record: unknown,
  { ordered, within }: ListOptions,
  compare: (property: unknown, record: unknown) => Agreement,
): Agreement {
  const recordList: readonly unknown[] = Array.isArray(record) ? record : [record];
  if (!Array.isArray(property)) return anyOf(recordList, (element) => compare(property, element));
  const list: readonly unknown[] = property;
  if (ordered) {
    if (list.length !== recordList.length) return false;
    return allOf(list.length, (index) => compare(list[index], recordList[index]));
  }
  const found = allOf(list.length, (index) => anyOf(recordList, (element) => compare(list[index], element)));
  if (found !== true || within) return found;
  return allOf(recordList.length, (index) => anyOf(list, (element) => compare(element, recordList[index])));
}

/** Compares objects field by field, in any order of their fields. */
export function compareObjects(
  property: object,
  record: object,
  compare: (property: unknown, record: unknown) => Agreement,
): Agreement {
  const [fields, others] = [Object.entries(property), new Map<string, unknown>(Object.entries(record))];
  if (fields.length !== others.size || !fields.every(([name]) => others.has(name))) return false;
  return allOf(fields.length, (index) => {
    const [name, value] = fields[index] ?? ["", undefined];
    return compare(value, others.get(name));
  });
}
