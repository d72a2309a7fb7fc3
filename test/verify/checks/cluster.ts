import type { Context } from '../context';

export async function cluster(_context: Context): Promise<void> {}
