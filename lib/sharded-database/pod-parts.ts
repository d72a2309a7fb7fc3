import { accountsMount, accountsPart } from '../stateful-backend/accounts';
import type { Credentials } from '../workload/credentials';
import type { PodPart } from '../workload/pod-part';

const CONFIG = { name: 'config', mountPath: '/etc/proxy', readOnly: true };

/** The config as it is in git, the account, and room in memory for the two together. */
export function configPart(configMap: string, credentials: Credentials | undefined): PodPart {
  const { volumes = [], mounts = [] } = accountsPart(credentials);
  return {
    from: 'its routing config',
    volumes: [
      { name: CONFIG.name, configMap: { name: configMap, defaultMode: 0o555 } },
      { name: 'rendered', emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } },
      ...volumes,
    ],
    mounts: [CONFIG, { name: 'rendered', mountPath: '/run/proxy' }, ...mounts],
  };
}

/**
 * A client of the engine beside the proxy: the image of the proxy has none. It signs in as users do, and while it is
 * not served the pod is not ready.
 */
export function clientPart(image: string): PodPart {
  return {
    from: 'its client',
    sidecars: [
      {
        name: 'client',
        image,
        command: ['sh', '-c', 'trap "exit 0" TERM; sleep infinity & wait'],
        readinessProbe: {
          exec: { command: ['sh', '/etc/proxy/ready.sh'] },
          initialDelaySeconds: 0,
          periodSeconds: 5,
          timeoutSeconds: 5,
          successThreshold: 1,
          failureThreshold: 3,
        },
        resources: {
          requests: { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
          limits: { cpu: '500m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
        },
        volumeMounts: [CONFIG, accountsMount],
      },
    ],
  };
}
