import { UnknownValueError } from "@pulumi/policy";
import { unknown } from "./rules/types.js";

/** The properties as plain data: `@pulumi/policy` throws at each unknown value, here the symbol `unknown` stands for it. */
export function plain(properties: Record<string, unknown>): Record<string, unknown> {
  return copy(properties) as Record<string, unknown>;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(value, index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
}

function read(holder: object, key: string | number): unknown {
  try {
    return copy((holder as Record<string | number, unknown>)[key]);
  } catch (error) {
    if (error instanceof UnknownValueError) return unknown;
    throw error;
  }
}
