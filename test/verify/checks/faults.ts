import type { Context } from '../context';

export async function faults(_context: Context): Promise<void> {}
