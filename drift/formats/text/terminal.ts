import pc from "picocolors";
import { printable } from "../../../provider/platform/printable.js";

type Colour = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** A text and its colour on a terminal. */
interface Painted {
  readonly colour: Colour;
  readonly text: string;
}

/** A line for a terminal, in one or several parts. */
export type Line = string | Painted | readonly (string | Painted)[];

const painter =
  (colour: Colour) =>
  (text: string): Painted => ({ colour, text });

/** Marks a text with a colour that {@link renderLines} applies after escaping. */
export const paint = {
  bold: painter("bold"),
  dim: painter("dim"),
  red: painter("red"),
  green: painter("green"),
  yellow: painter("yellow"),
  cyan: painter("cyan"),
} satisfies Record<Colour, (text: string) => Painted>;

/**
 * Renders lines for a terminal, each with a line feed. This is the last step before standard output: it makes every text
 * printable and colours it afterwards, so that no escape sequence but our own colours is left.
 */
export function renderLines(lines: readonly Line[], colours: boolean): string {
  const colour = pc.createColors(colours);
  const render = (part: string | Painted): string =>
    typeof part === "string" ? printable(part) : colour[part.colour](printable(part.text));
  const parts = (line: Line): readonly (string | Painted)[] =>
    typeof line === "string" || "colour" in line ? [line] : line;
  return lines.map((line) => `${parts(line).map(render).join("")}\n`).join("");
}
