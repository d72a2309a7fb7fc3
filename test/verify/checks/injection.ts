import type { Context } from '../context';

export async function injection(_context: Context): Promise<void> {}
