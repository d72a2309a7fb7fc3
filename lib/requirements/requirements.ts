import { grouped } from '../model/grouped';
import { manifestsOf } from '../model/manifests';
import type { EnvironmentRecord, System } from '../model/system';
import { type ClusterRequirements, clusterRequirements } from './cluster';
import { type ImageRequirement, imageRequirements } from './images';
import { type AccountRequirement, type AddressRequirement, accountsOutside, addressesOutside } from './outside';
import { type SecretRequirement, secretRequirements } from './secrets';

/** What must exist before an environment is applied, in the order in which it is set up. */
export interface Requirements extends ClusterRequirements {
  /** The environment; its manifests are in `dist/<environment>/`. */
  readonly environment: string;
  readonly namespace: string | undefined;
  /** The oldest Kubernetes that the manifests are written for. */
  readonly kubernetes: string;
  readonly secrets: readonly SecretRequirement[];
  /** What runs outside the cluster, and where. */
  readonly addresses: readonly AddressRequirement[];
  /** Accounts and databases that no Job of ours creates. */
  readonly accounts: readonly AccountRequirement[];
  /** What each image must provide to run under its manifest. */
  readonly images: readonly ImageRequirement[];
}

/** The requirements of every environment, by name. Reads the rendered objects, so overrides and foreign objects count. */
export function requirementsOf(system: System): Requirements[] {
  const objects = grouped(system.objects, ({ environment }) => environment ?? '');
  return [...system.environments]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((environment) => requirementsIn(environment, { ...system, objects: objects.get(environment.name) ?? [] }));
}

function requirementsIn(environment: EnvironmentRecord, system: System): Requirements {
  const manifests = manifestsOf(system);
  const { name, namespace, kubernetes } = environment;
  return {
    environment: name,
    namespace,
    kubernetes,
    ...clusterRequirements(environment, system, manifests),
    secrets: secretRequirements(system, manifests),
    addresses: addressesOutside(environment, system),
    accounts: accountsOutside(environment, system),
    images: imageRequirements(manifests),
  };
}
