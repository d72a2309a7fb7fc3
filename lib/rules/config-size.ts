import type { Manifest } from '../kubernetes/kubernetes-object';
import type { Rule } from './rule';

const MEBIBYTE = 1_048_576;
/** All annotations of an object together; `kubectl apply` keeps the whole object in one of them. */
const ANNOTATIONS = 262_144;

/**
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/#motivation
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export const configSize: Rule = {
  id: 'config-size',
  severity: 'error',
  summary: 'Every ConfigMap fits into the API server.',
  *check({ objects }) {
    for (const { path, manifest } of objects) {
      if (manifest.kind !== 'ConfigMap') continue;
      const sizes = sizesOf(manifest);
      const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
      const name = `ConfigMap ${manifest.metadata?.name}`;
      if (bytes > MEBIBYTE) {
        yield {
          path,
          message: `${name} holds ${added(sizes)} = ${bytes} bytes; at most ${MEBIBYTE} (1 MiB) are accepted`,
          fix: 'split it, or put what is large into the image or a volume',
        };
        continue;
      }
      const whole = bytes > ANNOTATIONS / 8 ? Buffer.byteLength(JSON.stringify(manifest)) : 0;
      if (whole > ANNOTATIONS) {
        yield {
          path,
          severity: 'warning',
          message:
            `${name} is ${whole} bytes of JSON; kubectl apply keeps a copy in an annotation, ` +
            `and all annotations together may have ${ANNOTATIONS} (256 KiB)`,
          fix: 'apply it with --server-side, which keeps no copy, or split it',
        };
      }
    }
  },
};

interface Size {
  readonly key: string;
  readonly size: number;
}

/** What the API server counts: the values, in UTF-8, and binary ones as they are after decoding. */
function sizesOf({ data, binaryData }: Manifest): Size[] {
  const sizes = (values: unknown, encoding: BufferEncoding): Size[] =>
    Object.entries((values ?? {}) as Record<string, unknown>).map(([key, value]) => ({
      key,
      size: Buffer.byteLength(String(value), encoding),
    }));
  return [...sizes(data, 'utf8'), ...sizes(binaryData, 'base64')];
}

/** The largest by name, the others together. */
function added(sizes: readonly Size[]): string {
  const [largest, rest] = [3, [...sizes].sort((a, b) => b.size - a.size || (a.key < b.key ? -1 : 1))];
  const terms = rest.slice(0, largest).map(({ key, size }) => `${key} ${size}`);
  const others = rest.slice(largest);
  if (others.length > 0) terms.push(`${others.length} more ${others.reduce((sum, { size }) => sum + size, 0)}`);
  return terms.join(' + ');
}
