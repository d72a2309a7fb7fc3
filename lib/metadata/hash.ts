import { createHash } from 'node:crypto';

/** Ten hexadecimal digits that stand for content: enough to tell apart all that one name ever held. */
export function contentHash(content: unknown): string {
  return createHash('sha256').update(canonical(content)).digest('hex').slice(0, 10);
}

/** JSON with sorted keys, so that the order in which keys were declared does not restart a pod. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
