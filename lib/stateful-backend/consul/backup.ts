import type { BackupPlan } from '../backup-plan';

/** What the leader holds, at one moment; a restore replaces it at one moment. */
export const consulBackup = (): BackupPlan => ({
  dump: ['consul', 'snapshot', 'save', '-http-addr=$(URL)', '/backup/dump'],
  restore: `#!/bin/sh
set -eu
consul snapshot restore -http-addr="$URL" /backup/dump
`,
});
