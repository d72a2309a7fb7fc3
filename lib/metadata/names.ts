import { contentHash } from './hash';

/** A name that Kubernetes accepts for a Service and for everything else: RFC 1035, at most 63 characters. */
const dnsLabel = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const portName = /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/;

export const isDnsLabel = (name: string): boolean => dnsLabel.test(name);
export const isDnsSubdomain = (name: string): boolean => name.length <= 253 && dnsSubdomain.test(name);
export const isLabelValue = (value: string): boolean => labelValue.test(value);
export const isPortName = (name: string): boolean => portName.test(name);

/** `prefix/name` or `name`: the key of a label or an annotation. */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash === -1) return qualifiedName.test(key);
  return isDnsSubdomain(key.slice(0, slash)) && qualifiedName.test(key.slice(slash + 1));
}

/** The variable prefix that stands for a name: `order-db` becomes `ORDER_DB`. */
export function variableName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** A DNS label for any text: `com.example.OrderService` becomes `com-example-orderservice`. */
export function toDnsLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
}

/** A name of at most so many characters. Where some are cut off, a hash of them keeps it different from others. */
export function shortened(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const hash = contentHash(name);
  return `${name.slice(0, longest - hash.length - 1).replace(/[-.]+$/, '')}-${hash}`;
}
