import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';

export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a shape of its own, and only the API server knows it
  readonly [field: string]: any;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}

/** A bare client of the API server, for what is too much for one kubectl each: many objects at once, and watches. */
export class Api {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(
    private readonly server: string,
    private readonly certificate: string,
    private readonly token: string,
  ) {}

  async get(path: string): Promise<KubernetesObject> {
    return JSON.parse(await this.send('GET', path)) as KubernetesObject;
  }

  /** Whether there is an answer at all: before the server has started, there is none to anything. */
  async answers(path: string): Promise<boolean> {
    return this.send('GET', path).then(
      () => true,
      () => false,
    );
  }

  /** Makes the object, or leaves the one that is there. */
  async create(path: string, object: KubernetesObject): Promise<void> {
    try {
      await this.send('POST', path, object);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }

  async delete(path: string): Promise<void> {
    try {
      await this.send('DELETE', path);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** Tells of each object that is there and of each change, until the connection ends. */
  async watch(path: string, tell: (event: WatchEvent) => void): Promise<void> {
    const response = await this.open('GET', `${path}?watch=1`);
    const lines = createInterface({ input: response });
    for await (const line of lines) tell(JSON.parse(line) as WatchEvent);
  }

  private async send(method: string, path: string, body?: unknown): Promise<string> {
    const response = await this.open(method, path, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const status = response.statusCode ?? 0;
    if (status >= 300) throw new ApiError(status, `${method} ${path}: ${status} ${text}`);
    return text;
  }

  private open(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
      // Read anew each time: the API server writes its certificate while it starts.
      const options = { method, headers, agent: this.agent, ca: readFileSync(this.certificate) };
      const sent = request(this.server + path, options, resolve).on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
