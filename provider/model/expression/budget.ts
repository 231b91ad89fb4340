import { ExpressionCostError } from "./cost-error.js";

/**
 * Steps that one evaluation may take. A step is a visit of a node, an element that is copied, or 16 characters; it takes about
 * 1 µs at most and keeps less than 100 bytes.
 */
const MAX_STEPS = 1_000_000;
/** Values in a result, with those inside lists and objects. */
const MAX_VALUES = 100_000;
/** Characters in a result. */
const MAX_CHARACTERS = 1_000_000;

// toLocaleString would load ICU data, which takes 13 ms of every start.
const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const tooManySteps = `needs more than ${count(MAX_STEPS)} steps`;
const tooLarge = `gives more than ${count(MAX_VALUES)} values or ${count(MAX_CHARACTERS)} characters`;

/** Returns the steps for a text as a whole: one for 16 characters that are copied, compared or scanned. */
export function textSteps(text: string): number {
  return text.length >>> 4;
}

/** Counts the steps of the current evaluation. Evaluations are synchronous, so there is one at a time. */
class Budget {
  #left = 0;
  #expression = "";
  #limit = "";

  begin(expression: string): void {
    this.#left = MAX_STEPS;
    this.#expression = expression;
    this.#limit = tooManySteps;
  }

  /**
   * @param steps a whole number
   * @throws ExpressionCostError if too few steps are left
   */
  spend(steps: number): void {
    this.#left -= steps;
    // NaN must fail, too.
    if (!(this.#left >= 0)) throw new ExpressionCostError(this.#expression, this.#limit);
  }

  /**
   * Spends a step for each character of a value, and steps for each value inside it. Lists that hold one list several times are
   * small and become large texts, so each occurrence counts.
   */
  spendValue(value: unknown, perValue = 1): void {
    this.spend(perValue);
    if (typeof value === "string") this.spend(value.length);
    else if (Array.isArray(value)) for (const entry of value) this.spendValue(entry, perValue);
    else if (typeof value === "object" && value !== null) {
      for (const key in value) {
        this.spend(key.length);
        this.spendValue((value as Readonly<Record<string, unknown>>)[key], perValue);
      }
    }
  }

  /** Checks the size of a result. @throws ExpressionCostError */
  end(result: unknown): void {
    this.#left = MAX_CHARACTERS;
    this.#limit = tooLarge;
    this.spendValue(result, MAX_CHARACTERS / MAX_VALUES);
  }
}

/** The budget of the current evaluation. */
export const budget = new Budget();
