import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

type Reply = string | number | null | Error | Reply[];

/** A client of Redis that knows just enough of its protocol. */
export class RedisClient {
  private readonly waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  private buffer = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.buffer += text;
      for (let parsed = parse(this.buffer, 0); parsed !== undefined; parsed = parse(this.buffer, 0)) {
        this.buffer = this.buffer.slice(parsed.end);
        this.waiting.shift()?.resolve(parsed.reply);
      }
    });
    const fail = () => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error('the connection broke'));
    };
    socket.on('close', fail);
    socket.on('error', fail);
    socket.setTimeout(3_000, () => socket.destroy());
  }

  /** With a CA over TLS, to a server that must show a certificate of this name. */
  static async open(
    host: string,
    port: number,
    account?: { readonly username: string; readonly password: string },
    tls?: { readonly ca: string; readonly servername: string },
  ): Promise<RedisClient> {
    const socket = tls ? connectTls({ host, port, ...tls }) : connect({ host, port });
    await new Promise<void>((resolve, reject) => {
      socket.once(tls ? 'secureConnect' : 'connect', () => resolve());
      socket.once('error', reject);
      setTimeout(() => reject(new Error('no connection')), 2_000).unref();
    });
    const client = new RedisClient(socket);
    if (account !== undefined) await client.must('AUTH', account.username, account.password);
    return client;
  }

  ask(...words: readonly (string | number)[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(new Error('the connection broke'));
      this.waiting.push({ resolve, reject });
      const parts = words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
      this.socket.write(`*${words.length}\r\n${parts.join('')}`);
    });
  }

  async must(...words: readonly (string | number)[]): Promise<Reply> {
    const reply = await this.ask(...words);
    if (reply instanceof Error) throw reply;
    return reply;
  }

  close(): void {
    this.socket.destroy();
  }
}

function parse(text: string, start: number): { reply: Reply; end: number } | undefined {
  const line = text.indexOf('\r\n', start);
  if (line === -1) return undefined;
  const rest = text.slice(start + 1, line);
  const after = line + 2;
  switch (text[start]) {
    case '+':
      return { reply: rest, end: after };
    case '-':
      return { reply: new Error(rest), end: after };
    case ':':
      return { reply: Number(rest), end: after };
    case '$': {
      const length = Number(rest);
      if (length === -1) return { reply: null, end: after };
      if (text.length < after + length + 2) return undefined;
      return { reply: text.slice(after, after + length), end: after + length + 2 };
    }
    default: {
      const items: Reply[] = [];
      let end = after;
      for (let index = 0; index < Number(rest); index += 1) {
        const item = parse(text, end);
        if (item === undefined) return undefined;
        items.push(item.reply);
        end = item.end;
      }
      return { reply: Number(rest) === -1 ? null : items, end };
    }
  }
}
