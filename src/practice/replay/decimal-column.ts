/** Binance has no more decimals anywhere; what is beyond is float dust of who wrote the file. */
const DIGITS_MAX = 8;

/** Largest whole number that keeps room for sums of a few columns. */
const UNITS_MAX = 2 ** 52;

/**
 * Decimal texts of one column as whole units of the finest decimal place seen in it. The column
 * finds that place itself, so no pass over the file is needed before.
 */
export class DecimalColumn {
  #cells = new Float64Array(1024);
  #length = 0;
  #digits = 0;

  get digits(): number {
    return this.#digits;
  }

  push(text: string): void {
    const { units, digits } = parseDecimal(text);
    if (digits > this.#digits) this.#refine(digits);
    if (this.#length === this.#cells.length) this.#grow();
    this.#cells[this.#length++] = units * 10 ** (this.#digits - digits);
  }

  /** The values in units of `digits` decimals, rounded when that is coarser than the column. */
  inDigits(digits: number): Float64Array {
    const factor = 10 ** Math.abs(digits - this.#digits);
    return this.#cells
      .slice(0, this.#length)
      .map((units) => (digits >= this.#digits ? units * factor : Math.round(units / factor)));
  }

  /** Most digits, up to `wanted`, at which every value is still an exact whole number. */
  digitsThatFit(wanted: number): number {
    let largest = 0;
    for (let i = 0; i < this.#length; i += 1) largest = Math.max(largest, this.#cells[i] ?? 0);
    let digits = wanted;
    while (digits > 0 && largest * 10 ** (digits - this.#digits) > UNITS_MAX) digits -= 1;
    return digits;
  }

  #refine(digits: number): void {
    const factor = 10 ** (digits - this.#digits);
    for (let i = 0; i < this.#length; i += 1) this.#cells[i] = (this.#cells[i] ?? 0) * factor;
    this.#digits = digits;
  }

  #grow(): void {
    const cells = new Float64Array(this.#cells.length * 2);
    cells.set(this.#cells);
    this.#cells = cells;
  }
}

/** A plain or scientific decimal as whole units of its last non-zero place. */
export function parseDecimal(text: string): { units: number; digits: number } {
  let plain = text;
  let point = plain.indexOf('.');
  const isLong = point !== -1 && plain.length - point - 1 > DIGITS_MAX;
  if (isLong || /e/i.test(plain)) {
    plain = Number(text).toFixed(DIGITS_MAX);
    point = plain.indexOf('.');
  }
  if (point === -1) return { units: Number(plain), digits: 0 };
  let end = plain.length;
  while (end > point + 1 && plain.charCodeAt(end - 1) === 48) end -= 1;
  const digits = end - point - 1;
  return { units: Math.round(Number(plain) * 10 ** digits), digits };
}
