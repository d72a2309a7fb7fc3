import { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue, isPortName } from '../metadata/names';
import { listOf, manifestsOf, nameOf, type PodOwner } from '../model/manifests';
import type { ObjectRecord } from '../model/system';
import type { Rule, Violation } from './rule';

interface NameForm {
  readonly accepts: (name: string) => boolean;
  readonly what: string;
}

const label: NameForm = {
  accepts: (name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name),
  what: 'lower-case letters, digits and dashes, at most 63 characters',
};
const serviceName: NameForm = { accepts: isDnsLabel, what: `${label.what}, starting with a letter` };
const subdomain: NameForm = {
  accepts: isDnsSubdomain,
  what: 'lower-case letters, digits, dashes and dots, at most 253 characters',
};
const anything: NameForm = {
  accepts: (name) => !/[/%]/.test(name) && name !== '.' && name !== '..',
  what: 'without / and %',
};
const upTo = (length: number, reason: string): NameForm => ({
  accepts: (name) => isDnsSubdomain(name) && name.length <= length,
  what: `${subdomain.what.replace('253', String(length))}, because ${reason}`,
});

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const forms = new Map<string, NameForm>([
  ['Service', serviceName],
  ['Namespace', label],
  ['CronJob', upTo(52, 'its Jobs add eleven')],
  ['Job', upTo(63, 'its pods carry it as a label')],
  ['StatefulSet', upTo(52, 'its pods carry it with a hash of eleven as a label')],
  ['Role', anything],
  ['ClusterRole', anything],
  ['RoleBinding', anything],
  ['ClusterRoleBinding', anything],
]);

export const nameValid: Rule = {
  id: 'name-valid',
  severity: 'error',
  summary: 'Every name, label and port name has a form and a length that Kubernetes accepts.',
  *check(system) {
    const seen = new Set<string>();
    for (const object of system.objects) {
      yield* objectName(object);
      yield* labels(object.path, 'metadata.labels', object.manifest.metadata?.labels, seen);
      yield* annotationKeys(object);
    }
    const manifests = manifestsOf(system);
    for (const owner of manifests.podOwners) yield* podNames(owner, seen);
    for (const service of manifests.ofKind('Service')) yield* servicePortNames(service);
  },
};

function* objectName(object: ObjectRecord): Iterable<Violation> {
  const name = nameOf(object);
  const { accepts, what } = forms.get(object.manifest.kind) ?? subdomain;
  if (name !== '' && !accepts(name)) yield wrong(object.path, `the name of a ${object.manifest.kind}`, what, name);
}

/** Labels repeat from object to object, so each is looked at once. */
function* labels(
  path: string,
  where: string,
  found: Readonly<Record<string, string>> | undefined,
  seen: Set<string>,
): Iterable<Violation> {
  for (const key in found) {
    const value = found[key];
    if (typeof value === 'string' && seen.has(key) && seen.has(value)) continue;
    if (!isLabelKey(key))
      yield wrong(
        path,
        `a key of ${where}`,
        'a name of at most 63 characters, after a DNS name and a slash if any',
        key,
      );
    else if (typeof value !== 'string') yield wrong(path, `${where}.${key}`, 'text', String(value));
    else if (!isLabelValue(value)) {
      yield wrong(
        path,
        `${where}.${key}`,
        'letters, digits, dashes, underscores and dots, at most 63 characters',
        value,
      );
    } else {
      seen.add(key);
      seen.add(value);
    }
  }
}

function* annotationKeys({ path, manifest }: ObjectRecord): Iterable<Violation> {
  for (const key in manifest.metadata?.annotations) {
    if (!isLabelKey(key.toLowerCase())) {
      yield wrong(
        path,
        'a key of metadata.annotations',
        'a name of at most 63 characters, after a DNS name and a slash if any',
        key,
      );
    }
  }
}

function* podNames(
  { object: { path }, labels: podLabels, pod, containers, initContainers }: PodOwner,
  seen: Set<string>,
): Iterable<Violation> {
  yield* labels(path, 'the labels of its pods', podLabels, seen);
  for (const { name, ports } of [...containers, ...initContainers]) {
    if (!label.accepts(String(name))) yield wrong(path, 'the name of a container', label.what, String(name));
    for (const port of listOf(ports)) {
      if (port.name !== undefined && !isPortName(port.name)) {
        yield wrong(
          path,
          `the name of a port of ${name}`,
          'lower-case letters, digits and single dashes, one letter at least, at most 15 characters',
          port.name,
        );
      }
    }
  }
  for (const { name } of listOf(pod.volumes)) {
    if (!label.accepts(String(name))) yield wrong(path, 'the name of a volume', label.what, String(name));
  }
}

function* servicePortNames({ path, manifest }: ObjectRecord): Iterable<Violation> {
  for (const { name } of listOf<{ name?: string }>(manifest.spec?.ports)) {
    if (name !== undefined && !label.accepts(name)) yield wrong(path, 'the name of a port', label.what, name);
  }
}

function wrong(path: string, what: string, must: string, got: string): Violation {
  const long = got.length > 40 ? ` (${got.length} characters)` : '';
  const shown = JSON.stringify(got.length > 80 ? `${got.slice(0, 77)}...` : got);
  return { path, message: `${what} must be ${must}, got ${shown}${long}`, fix: 'a shorter or plainer name' };
}
