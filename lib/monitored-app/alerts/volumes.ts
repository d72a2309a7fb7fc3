import type { Alert } from '../alert';
import type { AlertInput } from '../alert-input';
import { decimal, percent } from '../numbers';
import { ofNamespace, type Selection, withService } from '../selection';

const claim = 'claim {{ $labels.persistentvolumeclaim }} of {{ $labels.service }}';

/** Volumes that are almost full, and those that will be before the next working day after a long weekend. */
export function volumeAlerts({ thresholds: { volumeFree = 0.1 }, hasVolumes, environment }: AlertInput): Alert[] {
  if (volumeFree === false || !hasVolumes) return [];
  return [
    {
      name: 'VolumeAlmostFull',
      severity: 'critical',
      expr: (selection) => `${freeShare(selection)} < ${decimal(volumeFree)}`,
      for: '5m',
      summary: `A volume of {{ $labels.service }} in ${environment} is almost full.`,
      description: `Of the ${claim} in ${environment} {{ $value | humanizePercentage }} is free; ${percent(volumeFree)} should be.`,
      threshold: percent(volumeFree),
    },
    {
      name: 'VolumeFilling',
      severity: 'warning',
      expr: (selection) => {
        const trend = `predict_linear(kubelet_volume_stats_available_bytes${ofNamespace(selection)}[6h], 345600) < 0`;
        return `${freeShare(selection)} < 0.3 and on (namespace, persistentvolumeclaim) (${trend})`;
      },
      for: '1h',
      summary: `A volume of {{ $labels.service }} in ${environment} will be full within four days.`,
      description: `Of the ${claim} in ${environment} {{ $value | humanizePercentage }} is free, and with the trend of the last six hours nothing will be in four days.`,
      threshold: '',
    },
  ];
}

function freeShare(selection: Selection): string {
  const bytes = (of: string) => `kubelet_volume_stats_${of}_bytes${ofNamespace(selection)}`;
  const claims = withService(`kube_pod_spec_volumes_persistentvolumeclaims_info${ofNamespace(selection)}`, selection);
  const by = '(namespace, persistentvolumeclaim)';
  const owners = `max by (namespace, persistentvolumeclaim, service) (${claims})`;
  return `min by (namespace, service, persistentvolumeclaim) (${bytes('available')} / ${bytes('capacity')} * on ${by} group_left (service) ${owners})`;
}
