import type { Requirements } from '../requirements/requirements';

/** A part of the requirements: its title, and one line for each thing that must exist. */
interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Requirements for the terminal: each environment with its sections, in the order in which they are set up. */
export function requirementsAsText(all: readonly Requirements[]): string {
  return all
    .map((requirements) =>
      [
        `${heading(requirements)}`,
        ...sections(requirements).map(
          ({ title, lines }) => `  ${title}\n${lines.map((line) => `    ${line}`).join('\n')}`,
        ),
      ].join('\n'),
    )
    .join('\n\n');
}

/** Requirements as a checklist in Markdown, to be ticked off in a ticket or a pull request. */
export function requirementsAsMarkdown(all: readonly Requirements[]): string {
  return all
    .map((requirements) =>
      [
        `# ${heading(requirements)}`,
        ...sections(requirements).map(
          ({ title, lines }) => `## ${title}\n\n${lines.map((line) => `- [ ] ${line}`).join('\n')}`,
        ),
      ].join('\n\n'),
    )
    .join('\n\n');
}

/** Requirements for other programs. */
export function requirementsAsJson(requirements: readonly Requirements[]): string {
  return JSON.stringify({ requirements }, undefined, 2);
}

const heading = ({ environment, namespace, kubernetes }: Requirements): string =>
  `${environment}: namespace ${namespace ?? '(of the current context)'}, Kubernetes ${kubernetes} or newer`;

function sections(requirements: Requirements): Section[] {
  const { capabilities, customResources, references, peers, addresses, accounts, secrets, images, environment } =
    requirements;
  return [
    { title: 'Cluster', lines: capabilities },
    {
      title: 'Controllers and their custom resources',
      lines: customResources.map(
        ({ apiVersion, kinds, controller }) =>
          `${controller ?? 'the controller of this API group'}: ${apiVersion} ${kinds.join(', ')}`,
      ),
    },
    {
      title: 'Classes, issuers and stores',
      lines: references.map(({ kind, name, by }) => `${kind} ${name} (${shortList(by)})`),
    },
    {
      title: 'Pods of other namespaces that the policies expect',
      lines: peers.map(({ namespace, podLabels }) => `namespace ${namespace}, ${labels(podLabels)}`),
    },
    {
      title: 'Reachable outside the cluster',
      lines: addresses.map(
        ({ name, hosts, ranges, ports }) =>
          `${hosts.length === 0 ? name : shortList(hosts)}: ${ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ')}, in ${shortList(ranges)}`,
      ),
    },
    {
      title: 'Accounts and databases that are created elsewhere',
      lines: accounts.map(
        ({ backend, user, database, rights, secret }) =>
          `${backend}: ${rights}${database === undefined ? '' : ` on the database ${database}`} for ${user} (Secret ${secret})`,
      ),
    },
    {
      title: 'Secrets',
      lines: secrets.map(
        ({ name, type, keys, readers }) =>
          `${name}${type === undefined ? '' : ` of type ${type}`}: ${keys.length === 0 ? 'every key' : keys.join(', ')} (read by ${shortList(readers)})`,
      ),
    },
    {
      title: 'Images',
      lines: images.map(
        ({ image, uid, writablePaths, probes }) =>
          `${image}: ${[
            ...(uid === undefined ? [] : [`runs as ${uid}`]),
            ...(writablePaths === undefined
              ? []
              : [`writes only to ${writablePaths.length === 0 ? 'nothing' : writablePaths.join(', ')}`]),
            ...probes,
          ].join('; ')}`,
      ),
    },
    {
      title: 'Then, in this order',
      lines: [
        `kubectl apply --server-side -f dist/${environment}/_environment.k8s.yaml`,
        'the Secrets and stores above',
        `kubectl apply --server-side -f dist/${environment}/`,
      ],
    },
  ].filter(({ lines }) => lines.length > 0);
}

/** All of a few, and the number of the rest. */
function shortList(items: readonly string[]): string {
  const shown = items.slice(0, 4);
  const rest = items.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}

function labels(podLabels: Readonly<Record<string, string>>): string {
  const all = Object.entries(podLabels).map(([key, value]) => `${key}=${value}`);
  return all.length === 0 ? 'all pods' : `pods with ${all.join(', ')}`;
}
