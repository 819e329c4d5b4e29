/** Formulas of a venue by mechanism: a vector's inputs in, the quantities named as in its `expected` out. */
export type Mechanisms = Readonly<Record<string, (inputs: Inputs) => Readonly<Record<string, unknown>>>>;

/** A vector's inputs, or a record inside them, read by key; whatever is missing or of another kind throws with its place. */
export class Inputs {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #place: string;
  /** What the vector is called; some say there only what they are about. Empty inside a record. */
  readonly name: string;

  constructor(values: Readonly<Record<string, unknown>>, place = 'inputs', name = '') {
    this.#values = values;
    this.#place = place;
    this.name = name;
  }

  /** The keys that there are, in the order of the file. */
  get keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  /** Whatever stands under a key; undefined when it is missing. */
  value(key: string): unknown {
    return this.has(key) ? this.#values[key] : undefined;
  }

  /** A number; `otherwise`, when given, stands for a missing key. */
  number(key: string, otherwise?: number): number {
    return this.#read(key, otherwise, isNumber, 'a number');
  }

  text(key: string, otherwise?: string): string {
    return this.#read(key, otherwise, isText, 'a text');
  }

  flag(key: string, otherwise?: boolean): boolean {
    return this.#read(key, otherwise, isFlag, 'true or false');
  }

  numbers(key: string, otherwise?: readonly number[]): readonly number[] {
    return this.#read(key, otherwise, (value): value is readonly number[] => isList(value) && value.every(isNumber), 'a list of numbers');
  }

  texts(key: string, otherwise?: readonly string[]): readonly string[] {
    return this.#read(key, otherwise, (value): value is readonly string[] => isList(value) && value.every(isText), 'a list of texts');
  }

  /** A list of lists, as tiers written in rows; each row's cells as they stand. */
  rows(key: string): readonly (readonly unknown[])[] {
    return this.#read(key, undefined, (value): value is readonly unknown[][] => isList(value) && value.every(isList), 'a list of lists');
  }

  /** A record inside. */
  record(key: string): Inputs {
    return new Inputs(this.#read(key, undefined, isRecord, 'a record'), `${this.#place}.${key}`);
  }

  /** A list of records inside; an empty list for a missing key only when `otherwise` is given so. */
  records(key: string, otherwise?: readonly []): readonly Inputs[] {
    const isRecords = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] => isList(value) && value.every(isRecord);
    return this.#read(key, otherwise, isRecords, 'a list of records').map((values, i) => new Inputs(values, `${this.#place}.${key}[${i}]`));
  }

  #read<T>(key: string, otherwise: T | undefined, is: (value: unknown) => value is T, want: string): T {
    const value = this.value(key);
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (is(value)) return value;
    const found = value === undefined ? `nothing (there are ${this.keys.join(', ') || 'no keys'})` : JSON.stringify(value);
    throw new TypeError(`${this.#place}.${key}: found ${found}, want ${want}`);
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
