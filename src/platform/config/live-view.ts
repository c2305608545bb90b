/**
 * A config section whose values are looked up when they are read, so that code which keeps the
 * section works with what is in force now. Sections are plain data of one schema: they always have
 * the same keys. Whoever copies a value out, or spreads the view, keeps what was.
 */
export function liveView<T extends object>(current: () => T): T {
  const view: Record<string, unknown> = {};
  for (const key of Object.keys(current())) {
    const read = (): unknown => Reflect.get(current(), key) as unknown;
    const value = read();
    const isSection = typeof value === 'object' && value !== null && !Array.isArray(value);
    const inner = isSection ? liveView(() => read() as object) : undefined;
    Object.defineProperty(view, key, { enumerable: true, get: () => inner ?? read() });
  }
  return view as T;
}
