/** A planted secret, in the forms in which it could come out. */
export interface Needle {
  readonly name: string;
  readonly forms: readonly Buffer[];
}

export function needle(name: string, secret: string): Needle {
  const lines = secret.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  const texts = [...lines, ...lines.map((line) => encodeURIComponent(line))];
  const encoded = lines.flatMap((line) => [
    Buffer.from(line).toString('base64').replace(/=+$/, ''),
    Buffer.from(line).toString('hex'),
  ]);
  const forms = [...new Set([...texts, ...encoded])].map((text) => Buffer.from(text));
  // A long secret cut in half is half a secret: its first and last sixteen characters count too.
  const cut = lines.flatMap((line) =>
    line.length >= 40 ? [Buffer.from(line.slice(0, 20)), Buffer.from(line.slice(-20))] : [],
  );
  return { name, forms: [...forms, ...cut] };
}

/** Names of the needles that are in it. */
export function found(needles: readonly Needle[], hay: Buffer | string): string[] {
  const bytes = typeof hay === 'string' ? Buffer.from(hay) : hay;
  return needles
    .filter(({ forms }) => forms.some((form) => bytes.includes(form)))
    .map(({ name }) => name);
}
