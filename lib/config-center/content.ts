import { readFileSync } from 'node:fs';
import * as check from '../checks/values';
import { toYaml } from '../kubernetes/yaml';
import { toProperties } from './properties';

/**
 * What stands in a file: text as it is, an object that is written the way that the extension of the file says
 * (`.json`, `.yaml`, `.yml`, `.properties`), or a file on disk.
 */
export type FileContent = string | object;

/** A file that is read when the program runs. */
export class FileOnDisk {
  constructor(readonly path: string) {}
}

/**
 * Takes the content of a file from disk, byte for byte. It must be UTF-8 text.
 *
 * @param path - seen from the directory in which the program runs
 * @example
 * files: { 'logback.xml': fromFile('config/logback.xml') }
 */
export function fromFile(path: string): FileOnDisk {
  return new FileOnDisk(path);
}

const writers: Readonly<Record<string, (value: object) => string>> = {
  json: (value) => `${JSON.stringify(value, null, 2)}\n`,
  yaml: toYaml,
  yml: toYaml,
  properties: toProperties,
};

export const contentCheck = check.optional(
  check.either(
    'text, an object, or fromFile(path)',
    [check.isText, check.text],
    [(value) => value instanceof FileOnDisk, check.matching((file) => isPath(file), 'fromFile(path) with a path')],
    [(value) => typeof value === 'object' && value !== null, check.plainData],
  ),
);

const isPath = (file: unknown): boolean => {
  const { path } = file as FileOnDisk;
  return check.isText(path) && path.trim() !== '' && !path.includes('\0');
};

/** The text of a file, or why there is none. */
export function textOf(name: string, content: FileContent): { readonly text: string } | { readonly problem: string } {
  if (typeof content === 'string') return { text: content };
  if (content instanceof FileOnDisk) return read(content.path);
  const write = writers[name.slice(name.lastIndexOf('.') + 1).toLowerCase()];
  if (write === undefined || !name.includes('.')) {
    return { problem: 'must be text: objects are written to .json, .yaml, .yml and .properties files only' };
  }
  return { text: write(withoutUndefined(content)) };
}

function read(path: string): { readonly text: string } | { readonly problem: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { problem: `cannot be read from ${path}: ${reasons[code ?? ''] ?? message}` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (check.isEncodable(text)) return { text };
    return { problem: `must be text without U+007F to U+009F, U+FFFE and U+FFFF, but ${path} has some of them` };
  } catch {
    return { problem: `must be UTF-8 text, but ${path} is not` };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is a file',
};

/** `undefined` is no value in any of the formats. */
function withoutUndefined(value: object): object {
  return JSON.parse(JSON.stringify(value));
}
