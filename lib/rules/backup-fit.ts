import { formatBytes } from '../kubernetes/quantity';
import { BYTES_PER_SECOND, secondsFor } from '../model/backup-time';
import type { BackupRecord } from '../model/system';
import type { Rule, Violation } from './rule';
import { rounded } from './wording';

/** A dump is compressed and holds no indexes: it takes up to half of the volume that it comes from. */
const SHARE = 2;

/** How large the data may become is how large its volume is. What is too small for it is found on the night it is full. */
export const backupFit: Rule = {
  id: 'backup-fit',
  severity: 'warning',
  summary: 'The scratch space, the volume and the time of a backup are enough for a database that fills its volume.',
  *check({ backups }) {
    for (const backup of backups) {
      const { storageBytes } = backup;
      if (storageBytes !== undefined) yield* misfits(backup, storageBytes);
    }
  },
};

function* misfits(
  { path, scratchBytes, volumeBytes, deadlineSeconds }: BackupRecord,
  storageBytes: number,
): Iterable<Violation> {
  const data = formatBytes(storageBytes);
  const needed = Math.ceil(storageBytes / SHARE);
  const dump = `a dump of up to ${data} / ${SHARE} = ${formatBytes(needed)}`;
  if (scratchBytes < needed) {
    const message = `writes ${dump} into ${formatBytes(scratchBytes)} of scratch space`;
    yield { path, message, fix: `scratch: { size: '${data}' }, a claim that lives as long as the pod` };
  }
  if (volumeBytes !== undefined && volumeBytes < SHARE * needed) {
    const message = `stores ${dump} beside the one before on a volume of ${formatBytes(volumeBytes)}`;
    yield {
      path,
      message,
      fix: `to: { volume: '…' } with at least ${data}, and as much again for every two backups more that are kept`,
    };
  }
  const wanted = secondsFor(storageBytes);
  if (deadlineSeconds < wanted) {
    yield {
      path,
      message: `is stopped after ${deadlineSeconds} s, but ${data} at ${BYTES_PER_SECOND / 2 ** 20} MiB/s take ${wanted} s = ${rounded(wanted / 3_600)} h`,
      fix: `activeDeadline: '${Math.ceil(wanted / 1_800)}h', twice that time, and a schedule with as much time between two runs`,
    };
  }
}
