import type { Context } from '../context';

export async function edits(_context: Context): Promise<void> {}
