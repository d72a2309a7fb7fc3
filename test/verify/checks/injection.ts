import { isDeepStrictEqual } from 'node:util';
import {
  ApiGateway,
  ConfigCenter,
  Environment,
  ExternalBackend,
  LoggingSidecar,
  MicroserviceApp,
  MonitoredApp,
  StatefulBackend,
  StatelessService,
} from '../../../lib';
import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import { toYaml } from '../../../lib/kubernetes/yaml';
import type { Cluster } from '../cluster';
import type { Context } from '../context';
import { rejections } from '../edits/server';
import { parseAsKubernetes } from '../parser';
import { isSkipped } from '../skipped';
import { carried, hazards } from '../values';

const namespace = 'verify-injection';

/** Text that no variable can hold: it ends at the first of these. */
const withoutNul = carried.filter((hazard) => !hazard.includes('\0'));
const numbered = (prefix: string): Record<string, string> =>
  Object.fromEntries(withoutNul.map((hazard, index) => [`${prefix}${index}`, hazard]));

/** Whether text stays data, wherever it is put: shell, YAML, templates and references in it mean nothing. */
export async function injection(context: Context): Promise<void> {
  const { figures } = context;
  const free = freeText();
  figures.figure('texts given', free.given.length, { atLeast: 1_000 });
  figures.none('errors in free text', free.errors);
  figures.none('texts that the objects hold differently', lost(free.given, free.manifests));
  const bound = boundText();
  figures.note(
    `texts in names, labels, hosts and paths: ${bound.refused} refused, ${bound.manifests.length} objects with others`,
  );
  figures.none('texts in names, labels, hosts and paths that become something else', bound.wrong);

  const manifests = [...free.manifests, ...bound.manifests];
  const read = await parseAsKubernetes(manifests.map(toYaml));
  if (isSkipped(read)) return figures.skip('injection read by others', read);
  const misread = manifests.filter((manifest, index) => !isDeepStrictEqual(read[index], plain(manifest)));
  figures.none('objects with such text that the parser reads differently', misread.map(name));

  const cluster = await context.cluster();
  if (isSkipped(cluster)) return figures.skip('injection stored by the API server', cluster);
  await cluster.kubectl(['create', 'namespace', namespace]);
  const rejected = await rejections(
    cluster,
    bound.manifests.map((manifest) => `---\n${toYaml(manifest)}`),
  );
  figures.none('names, labels, hosts and paths that are let through and rejected', [...rejected.values()]);
  figures.none(
    'objects with such text that the API server stores differently',
    await storedOtherwise(cluster, free.manifests),
  );
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
}

/** One text, and how to find it again in what was made of it. */
interface Given {
  readonly text: string;
  readonly find: (manifests: readonly Manifest[]) => unknown;
}

/** Wherever any text is allowed. */
function freeText() {
  const app = new MicroserviceApp({ outdir: '/nowhere', quiet: true });
  const stage = new Environment(app, namespace);
  const settings = new ConfigCenter<string, string, string>(stage, 'settings', {
    startup: numbered('START_'),
    files: { ...numbered('file-'), 'all.json': { hazards: carried } },
    dynamic: { ...numbered('dynamic-'), 'switches.yaml': { hazards: carried } },
  });
  const annotations = Object.fromEntries(carried.map((hazard, index) => [`example.com/note-${index}`, hazard]));
  const web = new StatelessService(stage, 'web', {
    image: 'web:1.0.0',
    command: ['/bin/sh', '-c', ...withoutNul],
    args: withoutNul,
    env: numbered('ENV_'),
    annotations,
    podAnnotations: annotations,
    serviceAnnotations: annotations,
    sidecars: [{ name: 'side', image: 'side:1.0.0', args: [...withoutNul] }],
  });
  web.configure(settings, {
    startup: Object.keys(numbered('START_')),
    files: [...Object.keys(numbered('file-')), 'all.json'],
    dynamic: [...Object.keys(numbered('dynamic-')), 'switches.yaml'],
  });
  new LoggingSidecar(web, 'logs', {
    output: { elasticsearch: { hosts: ['logs.example.com:9200'] } },
    format: 'text',
    multiline: { pattern: '^\\[\'"{{ $(id) }}', negate: false, match: 'after' },
    processors: [{ add_fields: { target: '', fields: { hazards: carried } } }],
  });
  new MonitoredApp(web, 'monitoring', { alerts: { severities: { critical: 'page', warning: 'ticket' } } });
  new StatefulBackend(stage, 'store', {
    image: 'store:1.0.0',
    ports: 9000,
    storage: '1Gi',
    replicas: 3,
    env: numbered('ENV_'),
    config: { path: '/etc/store', files: numbered('conf-') },
    annotations,
  });
  new ExternalBackend(stage, 'mail', { host: 'mail.example.com', ports: 25, alias: true, annotations });
  new ApiGateway(stage, 'gateway', { host: 'shop.example.com', tls: { secret: 'tls' }, annotations }).route('/', web);

  const errors = app.findings().filter(({ severity, rule }) => severity === 'error' && rule === 'invalid');
  const manifests = app.system().objects.map(({ manifest }) => manifest);
  return { manifests, errors: errors.map(({ path, message }) => `${path} ${message}`), given: givenTexts() };
}

function givenTexts(): Given[] {
  const one = (manifests: readonly Manifest[], kind: string, called: string): Manifest | undefined =>
    manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === called);
  const containers = (manifests: readonly Manifest[], kind: string, called: string) =>
    one(manifests, kind, called)?.spec?.template.spec.containers[0];
  const variable = (kind: string, called: string, variableName: string) => (manifests: readonly Manifest[]) =>
    expanded(
      containers(manifests, kind, called)?.env.find((each: { name: string }) => each.name === variableName)?.value,
    );
  const inConfig = (key: string) => (manifests: readonly Manifest[]) =>
    manifests.find(({ kind, data }) => kind === 'ConfigMap' && Object.hasOwn((data ?? {}) as object, key))?.data?.[key];
  const annotated = ['Deployment/web', 'Service/web', 'StatefulSet/store', 'Service/mail', 'Ingress/gateway'];
  return [
    ...withoutNul.flatMap((text, index): Given[] => [
      { text, find: variable('Deployment', 'web', `ENV_${index}`) },
      { text, find: variable('StatefulSet', 'store', `ENV_${index}`) },
      { text, find: (manifests) => containers(manifests, 'Deployment', 'web')?.args[index] },
      { text, find: (manifests) => containers(manifests, 'Deployment', 'web')?.command[index + 2] },
      { text, find: inConfig(`file-${index}`) },
      { text, find: inConfig(`dynamic-${index}`) },
      { text, find: inConfig(`conf-${index}`) },
      // A value for the start of a process is either a variable of its own or an entry of a ConfigMap.
      {
        text,
        find: (manifests) =>
          variable('Deployment', 'web', `START_${index}`)(manifests) ?? inConfig(`START_${index}`)(manifests),
      },
    ]),
    ...carried.flatMap((text, index) =>
      annotated.map((object): Given => {
        const [kind = '', called = ''] = object.split('/');
        return {
          text,
          find: (manifests) => one(manifests, kind, called)?.metadata.annotations?.[`example.com/note-${index}`],
        };
      }),
    ),
    {
      text: JSON.stringify(carried),
      find: (manifests) => JSON.stringify(JSON.parse(String(inConfig('all.json')(manifests))).hazards),
    },
  ];
}

/** What the process reads after the kubelet has replaced what it takes for references. There must be none. */
function expanded(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/\$(?:(\$)|\(([^)]*)\))/g, (_, dollar, reference) => dollar ?? `<the value of ${reference}>`);
}

function lost(given: readonly Given[], manifests: readonly Manifest[]): string[] {
  return given.flatMap(({ text, find }) => {
    const found = find(manifests);
    return found === text
      ? []
      : [`gave ${JSON.stringify(text).slice(0, 200)}, found ${JSON.stringify(found)?.slice(0, 200)}`];
  });
}

/** Wherever text has a form: an error says so, or else the text stands in the object as it was given. */
function boundText() {
  const image = 'web:1.0.0';
  const places: Readonly<Record<string, (scope: Environment, text: string) => unknown>> = {
    name: (scope, text) => new StatelessService(scope, text, { image }),
    image: (scope, text) => new StatelessService(scope, 'web', { image: text }),
    'port name': (scope, text) => new StatelessService(scope, 'web', { image, ports: { [text]: 8080 } }),
    'variable name': (scope, text) => new StatelessService(scope, 'web', { image, env: { [text]: 'a' } }),
    'writable path': (scope, text) => new StatelessService(scope, 'web', { image, writablePaths: { [text]: '1Mi' } }),
    'node label': (scope, text) => new StatelessService(scope, 'web', { image, nodeSelector: { disk: text } }),
    'node label key': (scope, text) => new StatelessService(scope, 'web', { image, nodeSelector: { [text]: 'a' } }),
    'annotation key': (scope, text) => new StatelessService(scope, 'web', { image, podAnnotations: { [text]: 'a' } }),
    'probe path': (scope, text) => new StatelessService(scope, 'web', { image, readiness: { http: text } }),
    host: (scope, text) => new ExternalBackend(scope, 'mail', { host: text, ports: 25, alias: true }),
    'gateway host': (scope, text) => {
      const gateway = new ApiGateway(scope, 'gateway', { host: text, tls: false });
      gateway.route('/', new StatelessService(scope, 'web', { image }));
    },
    'gateway path': (scope, text) => {
      const gateway = new ApiGateway(scope, 'gateway', { host: 'shop.example.com', tls: false });
      gateway.route(text, new StatelessService(scope, 'web', { image }));
    },
    'file name': (scope, text) => {
      const settings = new ConfigCenter<string, string>(scope, 'settings', { files: { [text]: 'a' } });
      new StatelessService(scope, 'web', { image }).configure(settings, { files: [text] });
    },
  };
  const manifests: Manifest[] = [];
  const wrong: string[] = [];
  let refused = 0;
  for (const [place, put] of Object.entries(places)) {
    for (const text of hazards) {
      const app = new MicroserviceApp({ outdir: '/nowhere', quiet: true });
      const what = `${place} ${JSON.stringify(text).slice(0, 100)}`;
      try {
        put(new Environment(app, namespace), text);
      } catch (error) {
        // cdk8s itself refuses an id without a letter in it, and an empty one.
        if (place === 'name' || /^\[/.test((error as Error).message)) refused += 1;
        else wrong.push(`${what}: ${(error as Error).stack}`);
        continue;
      }
      if (app.findings().some(({ severity }) => severity === 'error')) {
        refused += 1;
        continue;
      }
      const made = app.system().objects.map(({ manifest }) => manifest);
      const holding = made.filter((manifest) =>
        stringsIn(manifest).some((string) => string === text || string.endsWith(`/${text}`)),
      );
      if (holding.length === 0) wrong.push(`${what} is in no object`);
      manifests.push(...holding.filter(({ kind }) => kind !== 'Namespace'));
    }
  }
  return { manifests, wrong, refused };
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, content]) => [key, ...stringsIn(content)]);
}

/** Applies the objects and reads them back: whatever was written must be there; the server adds what it likes. */
async function storedOtherwise(cluster: Cluster, manifests: readonly Manifest[]): Promise<string[]> {
  const own = manifests.filter(({ metadata }) => metadata.namespace === namespace);
  const input = own.map((manifest) => `---\n${toYaml(manifest)}`).join('');
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-', '-o', 'json'];
  const { code, stdout, stderr } = await cluster.kubectl(args, { input });
  if (code !== 0) return [stderr.slice(0, 2_000)];
  const stored = (JSON.parse(stdout) as { items: Manifest[] }).items;
  return own.flatMap((manifest) => {
    const found = stored.find(
      ({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name,
    );
    const missing = missingIn(plain(manifest), found);
    return missing === undefined ? [] : [`${name(manifest)}${missing}`];
  });
}

/** The way to a text that is not in the other value as well. Amounts and numbers are written in more ways than one. */
function missingIn(written: unknown, stored: unknown): string | undefined {
  if (typeof written === 'string')
    return written === (stored ?? '') ? undefined : ` = ${JSON.stringify(stored)?.slice(0, 200)}`;
  if (typeof written !== 'object' || written === null) return undefined;
  for (const [key, content] of Object.entries(written)) {
    if (key === 'limits' || key === 'requests' || key === 'hard') continue;
    const missing = missingIn(content, (stored as Record<string, unknown> | undefined)?.[key]);
    if (missing !== undefined) return `.${key.slice(0, 60)}${missing}`;
  }
  return undefined;
}

const name = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
