/** How the engine knows the orders of accounts from those of the traders. */
const OWNER = 'account ';

export function ownerOf(uid: number): string {
  return `${OWNER}${uid}`;
}

export function uidOf(owner: string): number | undefined {
  return owner.startsWith(OWNER) ? Number(owner.slice(OWNER.length)) : undefined;
}
