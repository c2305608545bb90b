import { z } from 'zod';

/** What a person or program from outside may do; each may also do what those before it may. */
export const Role = z.enum(['viewer', 'trader', 'admin']);
export type Role = z.output<typeof Role>;

const RANK: Readonly<Record<Role, number>> = { viewer: 0, trader: 1, admin: 2 };

export function mayActAs(has: Role, needed: Role): boolean {
  return RANK[has] >= RANK[needed];
}
