import type { Alert } from './alert';
import type { AlertInput } from './alert-input';
import { engineAlerts } from './alerts/engines';
import { jobAlerts } from './alerts/jobs';
import { podAlerts } from './alerts/pods';
import { requestAlerts } from './alerts/requests';
import { volumeAlerts } from './alerts/volumes';

/** Every alert of a workload, in the order of how much it hurts. */
export function alertsOf(input: AlertInput): Alert[] {
  return [
    ...requestAlerts(input),
    ...podAlerts(input),
    ...volumeAlerts(input),
    ...engineAlerts(input),
    ...jobAlerts(input),
  ];
}
