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
    const seen: Seen = { keys: new Set(), values: new Set(), annotations: new Set() };
    for (const object of system.objects) {
      const { labels: own, annotations } = object.manifest.metadata ?? {};
      const form = forms.get(object.manifest.kind) ?? subdomain;
      const name = nameOf(object);
      if (name !== '' && !form.accepts(name))
        yield wrong(object.path, `the name of a ${object.manifest.kind}`, form.what, name);
      if (!areFine(own, seen)) yield* labels(object.path, 'metadata.labels', own ?? {}, seen);
      if (annotations) yield* annotationKeys(object.path, annotations, seen);
    }
    const manifests = manifestsOf(system);
    for (const owner of manifests.podOwners) yield* podNames(owner, seen);
    for (const service of manifests.ofKind('Service')) yield* servicePortNames(service);
  },
};

const keyForm = 'a name of at most 63 characters, after a DNS name and a slash if any';
const valueForm = 'letters, digits, dashes, underscores and dots, at most 63 characters';
const portForm = 'lower-case letters, digits and single dashes, one letter at least, at most 15 characters';

/** What was found right, because most of it repeats from object to object. */
interface Seen {
  readonly keys: Set<string>;
  readonly values: Set<unknown>;
  readonly annotations: Set<string>;
}

/** Whether all of these were found right before, as most were. */
function areFine(found: Readonly<Record<string, string>> | undefined, seen: Seen): boolean {
  for (const key in found) if (!seen.keys.has(key) || !seen.values.has(found[key])) return false;
  return true;
}

function* labels(
  path: string,
  where: string,
  found: Readonly<Record<string, string>>,
  seen: Seen,
): Iterable<Violation> {
  for (const key in found) {
    const value: unknown = found[key];
    if (!seen.keys.has(key)) {
      if (isLabelKey(key)) seen.keys.add(key);
      else yield wrong(path, `a key of ${where}`, keyForm, key);
    }
    if (seen.values.has(value)) continue;
    if (typeof value === 'string' && isLabelValue(value)) seen.values.add(value);
    else yield wrong(path, `${where}.${key}`, valueForm, String(value));
  }
}

function* annotationKeys(path: string, annotations: Readonly<Record<string, string>>, seen: Seen): Iterable<Violation> {
  for (const key in annotations) {
    if (seen.annotations.has(key)) continue;
    if (isLabelKey(key.toLowerCase())) seen.annotations.add(key);
    else yield wrong(path, 'a key of metadata.annotations', keyForm, key);
  }
}

function* podNames(
  { object: { path }, labels: podLabels, pod, allContainers }: PodOwner,
  seen: Seen,
): Iterable<Violation> {
  if (!areFine(podLabels, seen)) yield* labels(path, 'the labels of its pods', podLabels, seen);
  for (const { name, ports } of allContainers) {
    if (!label.accepts(String(name))) yield wrong(path, 'the name of a container', label.what, String(name));
    for (const port of listOf(ports)) {
      if (port.name !== undefined && !isPortName(port.name)) {
        yield wrong(path, `the name of a port of ${name}`, portForm, port.name);
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
