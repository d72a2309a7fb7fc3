import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { mustRun } from '../verify/run';

/** The Secret that cert-manager would make of a Certificate, with its name: the certificate, its key and the CA. */
export async function issued(
  manifests: readonly Manifest[],
): Promise<{ readonly name: string; readonly data: Readonly<Record<'tls.crt' | 'tls.key' | 'ca.crt', string>> }> {
  const certificate = manifests.find(({ kind }) => kind === 'Certificate');
  if (certificate === undefined) throw new Error('there is no Certificate');
  const { secretName, dnsNames } = certificate.spec as { secretName: string; dnsNames: string[] };
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const at = (name: string) => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    await mustRun('openssl', [
      'req',
      '-x509',
      ...key,
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
      '-days',
      '2',
      '-subj',
      '/CN=ca',
    ]);
    await mustRun('openssl', ['req', ...key, '-keyout', at('tls.key'), '-out', at('tls.csr'), '-subj', '/CN=server']);
    writeFileSync(at('names'), `subjectAltName=${dnsNames.map((name) => `DNS:${name}`).join(',')}\n`);
    const sign = [
      '-CA',
      at('ca.crt'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      at('names'),
    ];
    await mustRun('openssl', ['x509', '-req', '-in', at('tls.csr'), '-out', at('tls.crt'), ...sign]);
    const read = (name: string) => readFileSync(at(name), 'utf8');
    return {
      name: secretName,
      data: { 'tls.crt': read('tls.crt'), 'tls.key': read('tls.key'), 'ca.crt': read('ca.crt') },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
