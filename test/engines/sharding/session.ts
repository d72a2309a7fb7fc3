import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** A connection to what stands in for the front end of a proxy: one statement after another. */
export class Session {
  private readonly socket: Socket;
  private readonly lines: AsyncIterator<string>;

  private constructor(host: string, port: number) {
    this.socket = connect({ host, port });
    // What is to be said about an end is said by the next statement.
    this.socket.on('error', () => {});
    this.lines = createInterface(this.socket)[Symbol.asyncIterator]();
  }

  /** @throws Error where the account is refused, or there is nobody */
  static async open(host: string, port: number, { username, password }: Account): Promise<Session> {
    const session = new Session(host, port);
    const word = (text: string) => Buffer.from(text).toString('base64');
    await session.run(`${word(username)} ${word(password)}`);
    return session;
  }

  /** The rows, with tabs between their columns. */
  async run(statement: string): Promise<string[]> {
    this.socket.write(`${statement.replaceAll('\n', ' ')}\n`);
    const rows: string[] = [];
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done || value === undefined) throw new Error('the connection ended');
      if (value.startsWith('=')) rows.push(value.slice(1));
      else if (value.startsWith('.')) return rows;
      else throw new Error(value.slice(1));
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
