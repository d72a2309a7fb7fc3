/** How many of the members of a set that votes must be there. */
export const majority = (members: number): number => Math.floor(members / 2) + 1;

/** How many of them may be away while more than half are left. */
export const mayBeAway = (members: number): number => members - majority(members);
