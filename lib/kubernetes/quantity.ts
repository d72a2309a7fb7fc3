/**
 * An amount of a resource in Kubernetes' notation: `250m`, `1.5`, `512Mi`, `2G`.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export type Quantity = string;

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
/** What the API server can count to; it cuts off what is more. */
const largest = 2 ** 63 - 1;
const form = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

export function isQuantity(value: unknown): value is Quantity {
  return typeof value === 'string' && form.test(value) && amount(value) <= largest;
}

/** The amount in the base unit: cores or bytes. */
export function amount(quantity: Quantity | number): number {
  const [, digits, suffix = '', exponent] = form.exec(String(quantity)) ?? [];
  if (digits === undefined) return Number.NaN;
  return Number(digits) * (exponent === undefined ? (factors[suffix] as number) : 10 ** Number(exponent));
}

/** CPU in thousandths of a core; rounded up, as the scheduler does. */
export function millicores(quantity: Quantity | number): number {
  return roundedUp(amount(quantity) * 1_000);
}

/** Memory or storage in bytes; rounded up, as the scheduler does. */
export function bytes(quantity: Quantity | number): number {
  return roundedUp(amount(quantity));
}

/** Without the noise of binary fractions, which makes `2.011k` a little more than 2011. */
function roundedUp(value: number): number {
  return Number.isInteger(value) ? value : Math.ceil(Number(value.toPrecision(15)));
}

/** Writes thousandths of a core the way that people do: `2` and `250m`. */
export function formatCpu(thousandths: number): Quantity {
  return thousandths % 1_000 === 0 ? String(thousandths / 1_000) : `${thousandths}m`;
}

/** Writes bytes in the largest binary unit that needs no fraction. */
export function formatBytes(count: number): Quantity {
  const unit = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'].find(
    (suffix) => count > 0 && count % (factors[suffix] as number) === 0,
  );
  return unit === undefined ? String(count) : `${count / (factors[unit] as number)}${unit}`;
}
