/**
 * Where the keys that seal secrets come from: `secret.key` in the data folder, which this program makes and nobody but
 * its user may read, or `COMMODARR_SECRET_KEY`. The first key seals, all of them open; there is more than one only
 * while keys are changed.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {stretch} from './passphrase.ts'
import {Sealer, EncryptionKey} from './secrets.ts'

export const KEY_VARIABLE = 'COMMODARR_SECRET_KEY'
const LEAST_WORDS = 20
/** The same on every machine: a container that lost its disk must come to the same key from the same words. */
const WORDS_SALT = 'commodarr/secret-key/v1'
/** log2 of scrypt's N: 32 MiB and a tenth of a second at each start. */
const WORDS_COST = 15

const heading = [
  '# Commodarr encrypts the stored passwords of servers with this key. Anyone who has it and the database can read them.',
  '# Keep a copy apart from the backups of the database: without it those passwords have to be entered again.',
]

interface KeyRing {
  readonly sealer: Sealer
  /** What somebody should know, one sentence each, nothing secret. */
  readonly notices: readonly string[]
}

export interface KeyPlace {
  readonly dataFolder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Finds the keys, and makes the first one. A key that is lost or damaged stops nobody: what it sealed is reported value
 * by value, and nothing new is sealed until somebody decides.
 * @param hasEncrypted something in the database is sealed already, so a new key would hide that the old one is lost
 * @throws {CommodarrError} config_invalid, when `COMMODARR_SECRET_KEY` is no key
 */
export async function openKeys(place: KeyPlace, hasEncrypted: boolean): Promise<KeyRing> {
  const path = keyPath(place.dataFolder)
  const ofEnvironment = await environmentKeys(place.env)
  if (ofEnvironment.length > 0) {
    const [first, ...others] = ofEnvironment
    return {sealer: new Sealer(first!, [...others, ...readKeyFile(path).keys]), notices: modeNotices(path)}
  }
  const found = readKeyFile(path)
  const isUnused = found.problem === 'missing' || found.problem === 'empty'
  if (isUnused && !hasEncrypted) return firstKey(path)
  if (found.problem !== null) {
    return {sealer: new Sealer(null, found.keys), notices: [whatIsWrong(path, found.problem)]}
  }
  const [first, ...others] = found.keys
  return {sealer: new Sealer(first!, others), notices: modeNotices(path)}
}

export function keyPath(dataFolder: string): string {
  return join(dataFolder, 'secret.key')
}

type KeyFileProblem = 'missing' | 'empty' | 'damaged' | 'unreadable'

/** Whatever keys can be read, newest first, and what is wrong with the others; `null` = all is well. */
export function readKeyFile(path: string): {keys: readonly EncryptionKey[]; problem: KeyFileProblem | null} {
  const text = textOf(path)
  if (typeof text !== 'string') return {keys: [], problem: text.problem}
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const keys = lines.map(plainKey)
  const good = keys.filter((key) => key !== null)
  return {keys: good, problem: lines.length === 0 ? 'empty' : good.length < keys.length ? 'damaged' : null}
}

/** Replaces the file as a whole: after a crash there is the old one or the new one. */
export function writeKeyFile(path: string, keys: readonly EncryptionKey[]): void {
  const draft = writeDraft(path, keys)
  renameSync(draft, path)
  syncFolder(path)
}

/** @throws {CommodarrError} config_invalid */
export async function environmentKeys(env: KeyPlace['env']): Promise<readonly EncryptionKey[]> {
  const entries = (env[KEY_VARIABLE] ?? '').split(',').map((entry) => entry.trim())
  if (entries.every((entry) => entry === '')) return []
  return Promise.all(entries.map(async (entry) => plainKey(entry) ?? keyOfWords(entry)))
}

/** 32 bytes as hex or base64; `null` = neither. */
function plainKey(text: string): EncryptionKey | null {
  const line = text.trim()
  const isHex = /^[0-9a-f]{64}$/i.test(line)
  if (!isHex && !/^[\w+/-]{43}=?$/.test(line)) return null
  return new EncryptionKey(Buffer.from(line, isHex ? 'hex' : 'base64'))
}

async function keyOfWords(words: string): Promise<EncryptionKey> {
  if ([...words].length < LEAST_WORDS) {
    throw new CommodarrError(
      'config_invalid',
      `${KEY_VARIABLE} takes 32 bytes as hex or base64, or a passphrase of at least ${LEAST_WORDS} characters ` +
        `without commas; several are separated by commas, the first one encrypts.`,
    )
  }
  return new EncryptionKey(await stretch(new Secret(words), WORDS_SALT, WORDS_COST))
}

function textOf(path: string): string | {problem: KeyFileProblem} {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return {problem: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable'}
  }
}

/** Without a key nothing can be sealed; everything else goes on. */
function firstKey(path: string): KeyRing {
  try {
    makeKeyFile(path, EncryptionKey.random())
    return {sealer: new Sealer(readKeyFile(path).keys[0]!), notices: []}
  } catch (error) {
    const why = (error as Error).message
    return {
      sealer: new Sealer(null),
      notices: [`${path} cannot be created, so no secret can be stored: ${why}`],
    }
  }
}

/** Never over a key that somebody else put there meanwhile; only an empty file, left by a crash, gives way. */
export function makeKeyFile(path: string, key: EncryptionKey): void {
  const draft = writeDraft(path, [key])
  try {
    if (readKeyFile(path).problem === 'empty') rmSync(path)
    linkSync(draft, path)
    syncFolder(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    // Some file systems know no links; there O_EXCL has to do.
    writeNew(path, [key])
  } finally {
    rmSync(draft, {force: true})
  }
}

function writeDraft(path: string, keys: readonly EncryptionKey[]): string {
  const draft = `${path}.new`
  // Left by a crash; nothing was sealed with what it holds before it had its name.
  rmSync(draft, {force: true})
  writeNew(draft, keys)
  return draft
}

function writeNew(path: string, keys: readonly EncryptionKey[]): void {
  const lines = [...heading, ...keys.map((key) => key.reveal().toString('base64url'))]
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, `${lines.join('\n')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** A key that others can read is made ours again, and told: they may have read it. */
function modeNotices(path: string): readonly string[] {
  if (process.platform === 'win32') return []
  const mode = statSync(path, {throwIfNoEntry: false})?.mode ?? 0
  if ((mode & 0o077) === 0) return []
  const readable = `${path} could be read by other users of this machine`
  try {
    chmodSync(path, 0o600)
    return [
      `${readable}. This is fixed now. If other users may have read it, change the key with "rotate-key".`,
    ]
  } catch (error) {
    return [`${readable}, and its mode cannot be changed: ${(error as Error).message}`]
  }
}

function whatIsWrong(path: string, problem: KeyFileProblem): string {
  const found = {
    missing: 'is missing',
    empty: 'is empty',
    damaged: 'holds a line that is no key',
    unreadable: 'cannot be read',
  }[problem]
  return `${path} ${found}: secrets encrypted with it stay unreadable, and no new one can be stored. Restore it, or make a new key with "rotate-key" and enter the secrets again.`
}
