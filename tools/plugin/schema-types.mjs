// TypeScript types as types of a Pulumi schema.
import ts from "typescript";

const any = { $ref: "pulumi.json#/Any" };

export class SchemaTypes {
  #api;
  #checker;
  #package;
  /** The object types that were met and have a name. */
  named = {};

  constructor(api, packageName) {
    this.#api = api;
    this.#checker = api.checker;
    this.#package = packageName;
  }

  /** The type of a type's node, or of a declaration. */
  of(node) {
    return this.#checker.getTypeAtLocation(node);
  }

  /** The comment of a declaration. */
  description(declaration) {
    return this.#api.description(this.#checker.getSymbolAtLocation(declaration.name));
  }

  /** What a method's promise holds; an object that may have any member, such as an answer of the API, is its `answer`. */
  result(method) {
    const { typeArguments } = method.type;
    const type = this.of(typeArguments[0]);
    if (this.#checker.getIndexTypeOfType(type, ts.IndexKind.String)) {
      const answer = { ...any, description: this.description(method) };
      return { properties: { answer }, required: ["answer"] };
    }
    return this.object(type);
  }

  /** The properties of an object type. */
  object(type) {
    const symbols = this.#checker.getPropertiesOfType(type);
    const entries = symbols.map((symbol) => [
      symbol.name,
      { ...this.#schema(this.#valueOf(symbol), symbol.name), description: this.#api.description(symbol) },
    ]);
    const required = symbols.filter((symbol) => !this.#isOptional(symbol)).map(({ name }) => name);
    return { type: "object", properties: Object.fromEntries(entries), ...(required.length > 0 ? { required } : {}) };
  }

  #valueOf(symbol) {
    return this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(symbol));
  }

  #isOptional(symbol) {
    const type = this.#checker.getTypeOfSymbol(symbol);
    const isUndefined = (part) => (part.flags & ts.TypeFlags.Undefined) !== 0;
    return (symbol.flags & ts.SymbolFlags.Optional) !== 0 || (type.isUnion() && type.types.some(isUndefined));
  }

  #schema(type, where) {
    const checker = this.#checker;
    if (type.flags & ts.TypeFlags.Unknown) return any;
    if (type.flags & ts.TypeFlags.StringLike || this.#isOneOfTexts(type)) return { type: "string" };
    // Every number of the API is a whole one. A duration is a number here: its text goes into the stack's configuration.
    if (type.flags & ts.TypeFlags.NumberLike || this.#isNumberOrText(type)) return { type: "integer" };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
    const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    if (checker.isArrayLikeType(type)) return { type: "array", items: this.#schema(element, where) };
    const values = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (values) return { type: "object", additionalProperties: this.#schema(values, where) };
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)))
      throw new Error(`${where} has a type that other languages lack: ${checker.typeToString(type)}`);
    const same = this.#sameValues(type, where);
    if (same) return { type: "object", additionalProperties: same };
    const name = (type.aliasSymbol ?? type.symbol).name;
    const token = `${this.#package}:index:${name}`;
    this.named[token] ??= { description: this.#api.description(type.aliasSymbol ?? type.symbol), ...this.object(type) };
    return { $ref: `#/types/${token}` };
  }

  #isOneOfTexts(type) {
    return type.isUnion() && type.types.every((part) => (part.flags & ts.TypeFlags.StringLiteral) !== 0);
  }

  #isNumberOrText(type) {
    const flags = type.isUnion() ? type.types.map((part) => part.flags) : [];
    return flags.length === 2 && [ts.TypeFlags.Number, ts.TypeFlags.String].every((flag) => flags.includes(flag));
  }

  /** A mapped type such as `Partial<Record<Kind, …>>`: any key, values of one type. */
  #sameValues(type, where) {
    if (!(type.objectFlags & ts.ObjectFlags.Mapped)) return undefined;
    const all = this.#checker.getPropertiesOfType(type).map((symbol) => this.#schema(this.#valueOf(symbol), where));
    const [first] = all;
    return first && all.every((one) => JSON.stringify(one) === JSON.stringify(first)) ? first : undefined;
  }
}
