import * as check from '../checks/values';
import { bytes, type Quantity } from '../kubernetes/quantity';
import { secondsFor } from '../model/backup-time';
import { sizeCheck } from '../stateful-backend/props';

/** A claim of the pod for the dump, which lives as long as the pod. */
export interface ScratchProps {
  /** @defaultValue as much as a member of the backend may store */
  readonly size?: Quantity;
  /** @defaultValue the default class of the cluster */
  readonly storageClass?: string;
}

export const scratchCheck = check.either(
  'a size such as 10Gi, or { size, storageClass }',
  [check.isText, sizeCheck],
  [check.isMap, check.fields({ size: check.optional(sizeCheck), storageClass: check.optional(check.objectName) })],
);

/** What a node has room for beside everything else; a larger dump gets a claim of its own. */
const ON_NODE = '5Gi';

/** Where the dump lies: on the disk of the node as a size, else on a claim. A dump is compressed, so the data fits. */
export function scratchOf(
  given: Quantity | ScratchProps | undefined,
  storage: Quantity = ON_NODE,
): Quantity | { readonly size: Quantity; readonly storageClass?: string } {
  if (typeof given === 'string') return given;
  if (given === undefined && bytes(storage) <= bytes(ON_NODE)) return storage;
  return { size: storage, ...given };
}

const HOUR = 3_600;

/** Room for two attempts, in whole hours, but never less than two. */
export const usualDeadline = (storage: Quantity | undefined): number =>
  Math.max(2, Math.ceil((2 * secondsFor(bytes(storage ?? ON_NODE))) / HOUR)) * HOUR;
