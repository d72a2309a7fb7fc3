import * as check from '../checks/values';

/**
 * Encryption before a backup leaves the pod, by rclone's crypt: a reader of the bucket or the volume learns nothing.
 * Without the password no backup can be restored, so keep a copy of it elsewhere than in the cluster.
 *
 * @see https://rclone.org/crypt/
 */
export interface BackupEncryption {
  /** The Secret that holds the password. */
  readonly secret: string;
  /** Its key. @defaultValue password */
  readonly key?: string;
}

export const encryptionCheck = check.fields({ secret: check.objectName, key: check.optional(check.fileName) });
