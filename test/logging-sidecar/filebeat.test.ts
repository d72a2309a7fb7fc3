import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { LoggingSidecar, type LoggingSidecarProps, StatelessService } from '../../lib';
import { startCommand } from '../../lib/logging-sidecar/start';
import { quietEnvironment } from '../support/render';
import { temporaryDirectory } from '../support/temporary';
import { filebeatConfigReader } from '../tools/filebeat-config';

const reader = filebeatConfigReader();
// A check that cannot be made is counted and shown.
const check = 'read' in reader ? test : test.skip;
if ('missing' in reader) console.warn(`skipped: ${reader.missing}`);
const read = 'read' in reader ? reader.read : () => ({});

const pod = {
  POD_NAME: 'orders-1',
  POD_NAMESPACE: 'shop',
  POD_IP: '10.0.0.7',
  NODE_NAME: 'node-1',
  SERVICE_VERSION: '"1.10"',
};

/** The config as Filebeat has it after it replaced the variables. */
// biome-ignore lint/suspicious/noExplicitAny: a config of somebody else, read by field
const understood = (props: Partial<LoggingSidecarProps>, variables: Record<string, string> = {}): any => {
  const orders = new StatelessService(quietEnvironment(), 'orders', { image: 'orders:1.10' });
  const output = { elasticsearch: { hosts: ['logs.example.com:9200'] } };
  const logs = new LoggingSidecar(orders, 'logs', { output, ...props });
  return read(logs.configMap.toJson().data['filebeat.yml'], { ...pod, ...variables });
};

check('Filebeat understands every part of the config', () => {
  expect(understood({})).toMatchObject({
    filebeat: { inputs: [{ type: 'filestream', id: 'orders-logs', paths: ['/var/log/app/*.log'] }] },
    path: { data: '/var/lib/filebeat' },
    output: { elasticsearch: { hosts: ['https://logs.example.com:9200'], index: 'logs-orders-test' } },
    setup: { template: { enabled: false }, ilm: { enabled: false } },
    http: { enabled: true, host: '10.0.0.7', port: 5066 },
  });
});

check('a version stays text, though it looks like a number', () => {
  expect(understood({}).processors[0].add_fields.fields.service.version).toBe('1.10');
});

/** Text with everything that Filebeat, YAML or a shell might take for something else. */
const hazard = fc.string({
  unit: fc.constantFrom(
    '$',
    '{',
    '}',
    ':',
    ',',
    '[',
    ']',
    "'",
    '"',
    '\\',
    ' ',
    '#',
    '%',
    'a',
    'HOME',
    '1',
    '.',
    '&',
    '`',
    'é',
  ),
  maxLength: 12,
});

check('data reaches it as it is, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(hazard, { minLength: 100, maxLength: 200 }), (texts) => {
      const labels = Object.fromEntries(texts.map((text, index) => [`l${index}`, text]));
      expect(understood({ labels }).processors[0].add_fields.fields.labels).toEqual(labels);
    }),
    { numRuns: 20 },
  );
});

check('credentials reach it as they are, whatever is in them', () => {
  const directory = temporaryDirectory();
  const filebeat = join(directory, 'filebeat');
  writeFileSync(filebeat, '#!/bin/sh\nprintf "%s\\0%s" "$LOGS_USERNAME" "$LOGS_PASSWORD"\n');
  chmodSync(filebeat, 0o755);
  const credentials = { secret: 'log-store' };
  const { command = [] } = startCommand([], directory, credentials);
  const [program = '', ...args] = command;
  const given = (username: string, password: string) => {
    writeFileSync(join(directory, 'username'), `${username}\n`);
    writeFileSync(join(directory, 'password'), password);
    const output = execFileSync(program, args, { env: { PATH: `${directory}:${process.env.PATH}` }, encoding: 'utf8' });
    const [name = '', secret = ''] = output.split('\0');
    return { LOGS_USERNAME: name, LOGS_PASSWORD: secret };
  };
  fc.assert(
    fc.property(hazard, hazard, (username, password) => {
      const output = { elasticsearch: { hosts: ['logs.example.com:9200'], credentials } };
      expect(understood({ output }, given(username, password)).output.elasticsearch).toMatchObject({
        username,
        password,
      });
    }),
    {
      numRuns: 50,
      examples: [
        ['', '\\'],
        ['"', '\\"'],
        ['a,b', 'a&b'],
      ],
    },
  );
});
