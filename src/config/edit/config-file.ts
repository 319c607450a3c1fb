/**
 * The configuration file as it is edited from here: one edit after the other, each from what the file holds at that
 * moment, and in force when it is done.
 */
import {access, constants, readFile, realpath, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Clock} from '#lib/clock.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Config, Environment, LoadedConfig, SaidValue} from '../config.ts'
import {isTable, type RawTable} from '../document/document.ts'
import {asRefused, fileHashOf, readConfigText, type TextReading} from '../load.ts'
import type {KeyPath} from '../document/key-path.ts'
import type {DiffHunk} from './file-diff.ts'
import {changedMeanwhile, fileFault, replaceFile} from './replace-file.ts'
import type {PathEdit} from './toml-edit.ts'

export class ConfigFile {
  /** What is in force now. */
  readonly #loaded: () => LoadedConfig
  readonly #env: Environment
  /** Has the file read again at once; resolves when what it says is in force. */
  readonly #reread: () => Promise<void>
  readonly #clock: Clock
  /** Of what we wrote last: it may not have been read again yet. */
  #written: string | null = null
  #busy: Promise<unknown> = Promise.resolve()

  constructor(loaded: () => LoadedConfig, env: Environment, reread: () => Promise<void>, clock: Clock) {
    this.#loaded = loaded
    this.#env = env
    this.#reread = reread
    this.#clock = clock
  }

  /**
   * @param change from the text of the file to what it is to be; the same text = nothing is written
   * @throws {CommodarrError} `config_invalid` when there is no file, `file_changed`, a fault of the disk
   */
  edit(change: (text: string) => Promise<string>): Promise<void> {
    const done = this.#busy.then(() => this.#edit(change))
    this.#busy = done.catch(() => {})
    return done
  }

  /** What was edited elsewhere is in force when this resolves. */
  async refresh(): Promise<void> {
    const {path, fileHash} = this.#loaded()
    if (path === null) return
    const hash = await readFile(path).then(fileHashOf, () => null)
    if (hash !== null && hash !== fileHash && hash !== this.#written) await this.#reread()
  }

  /** Whether we wrote the file that was just read, for a person; asked once for each that is read. */
  hasWritten(fileHash: string | null): boolean {
    const isOurs = fileHash !== null && fileHash === this.#written
    this.#written = null
    return isOurs
  }

  /** What holds now. */
  get inForce(): Config {
    return this.#loaded().config
  }

  /** What holds now of a section, whoever said it. */
  said(section: string): SaidSection {
    const {sectionOf, values} = this.#loaded()
    return {keys: sectionOf(section) ?? {}, values: values().filter((it) => it.section === section)}
  }

  /** Why a section cannot be changed; `null` = it can, as far as one sees before. `[Settings]` may be missing. */
  async obstacle(section: string): Promise<FileObstacle | null> {
    const {path, config} = this.#loaded()
    if (path === null) return 'no_file'
    if (!(await isReplaceable(path))) return 'read_only'
    return section === 'Settings' || isTable(config.written[section]) ? null : 'of_variables'
  }

  /**
   * What an edit would come to, without one.
   * @throws {CommodarrError} as `edit`
   */
  async look<T>(work: (text: string) => Promise<T>): Promise<T> {
    const path = this.#path()
    try {
      const [, text] = withoutMark(await readFile(path, 'utf8'))
      return await work(text)
    } catch (error) {
      throw fileFault(error, path)
    }
  }

  /** As it would be read at the start. */
  read(text: string): Promise<TextReading> {
    const folder = dirname(this.#loaded().expectedPath)
    return readConfigText(text, {env: this.#env, readFile: (path) => readFile(resolve(folder, path), 'utf8')})
  }

  async #edit(change: (text: string) => Promise<string>): Promise<void> {
    const {fileHash} = this.#loaded()
    const written = await replaceFile(this.#path(), this.#clock.now(), async (before) => {
      const hash = fileHashOf(before)
      if (hash !== fileHash && hash !== this.#written) throw changedMeanwhile()
      const [mark, text] = withoutMark(before.toString('utf8'))
      const edited = await change(text)
      return edited === text ? null : Buffer.from(mark + edited)
    })
    if (written === null) return
    this.#written = fileHashOf(written.bytes)
    await this.#reread()
  }

  #path(): string {
    const {path, expectedPath} = this.#loaded()
    if (path !== null) return path
    throw new CommodarrError('config_invalid', `There is no configuration file ${expectedPath} to write to.`)
  }
}

/** @throws {CommodarrError} config_invalid */
export function demandReadable({readable, findings}: TextReading): void {
  if (readable) return
  const why = findings.find(({severity}) => severity === 'error')
  if (why === undefined) throw new CommodarrError('config_invalid', 'The configuration file cannot be read.')
  const {line, message} = asRefused(why)
  throw new CommodarrError('config_invalid', line === null ? message : `Line ${line}: ${message}`)
}

/** What an environment variable decides is not changed by what the file says. @throws {BadArgument} */
export function refuseOverridden(path: KeyPath, reading: TextReading): void {
  const variable = reading.variableOf(path)
  if (variable === null) return
  throw new BadArgument(
    `${path.join('.')} is set by the environment variable ${variable}; change it there.`,
    {variable},
  )
}

export function declaredByVariables(section: string): BadArgument {
  return new BadArgument(`${section} is declared by environment variables; take them away instead.`)
}

/** A byte order mark stays where it is. */
function withoutMark(text: string): [mark: string, text: string] {
  return text.startsWith('\ufeff') ? ['\ufeff', text.slice(1)] : ['', text]
}

/* What can be changed of Arrs that the file declares: by rewriting the file, as its owner would have done it. */

/**
 * Changes Arrs where the file declares them. When it answers the file is written and what it says is in force; when it
 * throws, the file is as it was.
 *
 * @throws {CommodarrError} `arr_unknown`; `bad_argument` for what cannot be read back, and what an environment
 *   variable decides (named in the message); `file_changed`, `config_invalid`, `storage_read_only`, `storage_full`,
 *   `storage_unavailable`
 */
export interface FileArrs {
  /** What its section says now. */
  said(id: string): SaidSection
  /** Why its section cannot be changed; `null` = it can. */
  obstacle(id: string): Promise<FileObstacle | null>
  /**
   * @param id the name of the section
   * @param edits of keys of the section and of tables below it (`['Torrent', 'StalledDelay']`)
   * @param was what keys were when somebody began; where one is something else by now nothing is written
   */
  change(id: string, edits: readonly PathEdit[], was?: KnownValues): Promise<ArrEdit>
  /** What `change` would write. Nothing is written. */
  preview(id: string, edits: readonly PathEdit[], was?: KnownValues): Promise<ArrEdit>
  /** Its section goes, with the tables below it and the comments within. */
  remove(id: string): Promise<void>
}

/** A section as it is in force: what the file, older generations of it and environment variables say together. */
export interface SaidSection {
  /** By the keys of today; values of secret keys are `Secret`. */
  readonly keys: RawTable
  /** Where each of them was said. */
  readonly values: readonly SaidValue[]
}

export type ArrEdit = Pick<SectionChange, 'lines' | 'conflicts'>

/* What can be changed of a section of the file by its keys, whatever it is about: by rewriting the file. */

/**
 * Why a section cannot be changed from here: there is no file, it or its folder cannot be written, or environment
 * variables declare the section.
 */
export type FileObstacle = 'no_file' | 'read_only' | 'of_variables'

/** A key that cannot be as it was meant. */
export interface KeyFault {
  /** Below the section, as findings name it: `Trackers[0].MaxUploadRatio`. */
  readonly key: string
  /** What was found there; `null` = nothing, or not shown. */
  readonly found: string | null
  readonly accepted: string
}

/** What keys were when somebody began to change them, by their paths joined by dots; one that is not named is not compared. */
export type KnownValues = Readonly<Record<string, unknown>>

/** A key that is not what it was when somebody began to change it. */
export interface KeyConflict {
  /** Below the section, joined by dots. */
  readonly key: string
  /** As it is in the file now; `undefined` = it is absent. */
  readonly now: unknown
}

export interface SectionChange {
  /** Where there is one nothing is written. */
  readonly faults: readonly KeyFault[]
  /** Where there is one nothing is written, either. */
  readonly conflicts: readonly KeyConflict[]
  /** What is written, as a change of the text; [] where there are faults. */
  readonly lines: readonly DiffHunk[]
  readonly before: Config
  readonly after: Config
}

/**
 * When `change` answers without faults the file is written and what it says is in force; in all other cases the file is
 * as it was. Edits name keys from the section on.
 *
 * @throws {CommodarrError} `bad_argument` for what cannot be read back, or would change more than its section;
 *   `file_changed`, `config_invalid`, `storage_read_only`, `storage_full`, `storage_unavailable`
 */
export interface FileSections {
  /** `null` = it can be changed. */
  obstacle(section: string): Promise<FileObstacle | null>
  /** As they are in force: the file's own, without what variables decide; secrets are `Secret`. */
  keysOf(section: string): RawTable
  /** What a change would make of the configuration. Nothing is written. */
  preview(section: string, edits: readonly PathEdit[], was?: KnownValues): Promise<SectionChange>
  /** Also of a file that was edited elsewhere since it was read: what is not named stays as it is there now. */
  change(section: string, edits: readonly PathEdit[], was?: KnownValues): Promise<SectionChange>
}

/* What can be changed of servers that the file declares: by rewriting the file, as its owner would have done it. */

/** Everything that has a key in the file. */
export type FileServerField = Exclude<keyof ServerDefinition, 'id' | 'kind' | 'reach' | 'obstacle'>

/**
 * What the definition is to say; absent and `undefined` stay as they are, `null` takes the key out. `url` as a
 * definition has it, without credentials. `tls.ca` can stay as it is or become `null`: another authority belongs into
 * the file that `CAFile` names.
 */
export type FileServerPatch = {readonly [F in FileServerField]?: ServerDefinition[F] | undefined}

/**
 * Changes servers where the file declares them. When it answers the file is written and what it says is in force; when
 * it throws, the file is as it was.
 *
 * @throws {CommodarrError} `server_unknown`; `bad_argument` for what this kind has no key for, what cannot be read
 *   back, and what an environment variable decides (named in the message); `file_changed` when the file was edited
 *   since it was read; `config_invalid` when it cannot be parsed; `storage_read_only`, `storage_full`,
 *   `storage_unavailable`
 */
export interface FileServers {
  change(id: ServerId, patch: FileServerPatch): Promise<void>
  /** Its section goes, with the tables below it and the comments within. */
  remove(id: ServerId): Promise<void>
  /** A new section at the end of the file; `name` follows the dash of its header. */
  add(kind: ServerKind, name: string, server: FileServerPatch): Promise<ServerId>
}

/* Can this file be replaced by us? Looked at before anybody types; the attempt itself has the last word. */

/** What the system says of it. For tests another one. */
interface FileSystem {
  readonly mayWrite: (folder: string) => Promise<boolean>
  /** Of a file; `null` = it is not there. */
  readonly ownerOf: (file: string) => Promise<number | null>
  /** Where something is mounted; [] = nobody says. */
  readonly mounts: () => Promise<readonly string[]>
  /** Our own user; `null` = the system has none. */
  readonly user: number | null
}

/**
 * The folder takes a new file, nothing is mounted on the old one (a container that is given the file alone), and its
 * owner can be kept.
 */
export async function isReplaceable(path: string, system: FileSystem = thisSystem): Promise<boolean> {
  const file = await realpath(path).catch(() => path)
  const [mayWrite, owner, mounts] = await Promise.all([
    system.mayWrite(dirname(file)),
    system.ownerOf(file),
    system.mounts(),
  ])
  const keepsOwner = owner !== null && (!system.user || owner === system.user)
  return mayWrite && keepsOwner && !mounts.includes(file)
}

const thisSystem: FileSystem = {
  mayWrite: (folder) =>
    access(folder, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ),
  ownerOf: (file) =>
    stat(file).then(
      ({uid}) => uid,
      () => null,
    ),
  mounts: async () => {
    // Linux alone has it; elsewhere the attempt tells.
    const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
    return text.split('\n').map((line) => unescaped(line.split(' ')[4] ?? ''))
  },
  user: process.getuid?.() ?? null,
}

/** Spaces and the like are octal there. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
}
