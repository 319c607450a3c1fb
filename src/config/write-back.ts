/**
 * Servers of the file, changed in the file: from what a definition is to say to the keys that say so, written where
 * and how the owner has them (`URI` or `Url`, `Host` with a scheme or without). What comes out is read again as at the
 * start, and nothing is written unless it says exactly what was meant.
 */
import {dirname, resolve} from 'node:path'
import {readFile} from 'node:fs/promises'
import type {Clock} from '#kit/clock.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import type {ServerDefinition, ServerKind} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {Environment, LoadedConfig} from './config.ts'
import {sameValue} from './diff-servers.ts'
import {isTable, type RawTable} from './document.ts'
import type {FileServerField, FileServerPatch, FileServers} from './file-servers.ts'
import {fileHashOf, readConfigText, type TextReading} from './load.ts'
import {changedMeanwhile, replaceFile} from './replace-file.ts'
import {serverPrefixes} from './schema-servers.ts'
import {asReadBack, keysFor} from './server-keys.ts'
import {serverKindOf} from './servers.ts'
import {addSection, editSection, parsed, removeSection, type KeyEdits} from './toml-edit.ts'

export interface WriteBackParts {
  /** What is in force now. */
  readonly loaded: () => LoadedConfig
  readonly env: Environment
  /** Has the file read again at once; resolves when what it says is in force. */
  readonly reread: () => Promise<void>
  readonly clock: Clock
}

/** Takes the edits one after the other. */
export function fileServers(parts: WriteBackParts): FileServers {
  return new FileWriter(parts)
}

class FileWriter implements FileServers {
  readonly #parts: WriteBackParts
  /** Of what we wrote last: it may not have been read again yet. */
  #written: string | null = null
  #busy: Promise<unknown> = Promise.resolve()

  constructor(parts: WriteBackParts) {
    this.#parts = parts
  }

  change(id: ServerId, patch: FileServerPatch): Promise<void> {
    return this.#inTurn(() => this.#edit((text) => this.#changed(text, id, patch)))
  }

  remove(id: ServerId): Promise<void> {
    return this.#inTurn(() =>
      this.#edit(async (text) => {
        serverIn(await this.#read(text), id)
        if (!isTable(parsed(text)[id])) throw declaredByVariables(id)
        const edited = removeSection(text, id)
        if ((await this.#read(edited)).config.servers.some((server) => server.id === id)) {
          throw declaredByVariables(id)
        }
        return edited
      }),
    )
  }

  async add(kind: ServerKind, name: string, server: FileServerPatch): Promise<ServerId> {
    const section = sectionOf(kind, name)
    await this.#inTurn(() => this.#edit((text) => this.#added(text, section, server)))
    return asServerId(section)
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work)
    this.#busy = done.catch(() => {})
    return done
  }

  async #edit(change: (text: string) => Promise<string>): Promise<void> {
    const {path, fileHash, expectedPath} = this.#parts.loaded()
    if (path === null) {
      throw new CommodarrError(
        'config_invalid',
        `There is no configuration file ${expectedPath} to write to.`,
      )
    }
    const written = await replaceFile(path, this.#parts.clock.now(), async (before) => {
      const hash = fileHashOf(before)
      if (hash !== fileHash && hash !== this.#written) throw changedMeanwhile()
      const [mark, text] = withoutMark(before.toString('utf8'))
      const edited = await change(text)
      return edited === text ? null : Buffer.from(mark + edited)
    })
    if (written === null) return
    this.#written = fileHashOf(written.bytes)
    await this.#parts.reread()
  }

  async #changed(text: string, id: ServerId, patch: FileServerPatch): Promise<string> {
    const reading = await this.#read(text)
    const server = serverIn(reading, id)
    const wanted = asReadBack({...server, ...withoutUndefined(patch)})
    const section = parsed(text)[id]
    const written: RawTable = isTable(section) ? section : {}
    const keys = keysFor(wanted, server, {written, read: reading.tableOf(id) ?? written})
    refuseOverridden(id, keys, reading)
    const edits = Object.entries(keys).filter(([key, value]) => value !== undefined || key in written)
    if (edits.length === 0) return text
    const write = isTable(section) ? editSection : addSection
    const edited = write(text, id, Object.fromEntries(edits))
    await this.#check(edited, wanted)
    return edited
  }

  async #added(text: string, section: string, server: FileServerPatch): Promise<string> {
    const reading = await this.#read(text)
    const isTaken = (name: string) => name.toLowerCase() === section.toLowerCase()
    if (Object.keys(parsed(text)).some(isTaken) || reading.config.servers.some(({id}) => isTaken(id))) {
      throw new CommodarrError('name_taken', `The file has a section [${section}] already.`)
    }
    const blank = blankServer(section)
    const wanted = asReadBack({...blank, ...withoutUndefined(server)})
    const edited = addSection(text, section, keysFor(wanted, blank, {written: {}, read: {}}))
    await this.#check(edited, wanted)
    return edited
  }

  #read(text: string): Promise<TextReading> {
    const folder = dirname(this.#parts.loaded().expectedPath)
    return readConfigText(text, {
      env: this.#parts.env,
      readFile: (path) => readFile(resolve(folder, path), 'utf8'),
    })
  }

  async #check(text: string, wanted: ServerDefinition): Promise<void> {
    const reading = await this.#read(text)
    const found = reading.config.servers.find(({id}) => id === wanted.id)
    if (found === undefined) {
      const why = reading.config.off.find(({section}) => section === wanted.id)?.reason ?? 'it would be gone'
      throw new BadArgument(`[${wanted.id}] could not be used any more: ${why}.`)
    }
    const fields = Object.keys(wanted) as (keyof ServerDefinition)[]
    const other = fields.filter((field) => !sameValue(comparable(found[field]), comparable(wanted[field])))
    if (other.length === 0) return
    throw new BadArgument(`The file could not say this of [${wanted.id}]: ${other.join(', ')}.`, {
      fields: other,
    })
  }
}

function serverIn({config, readable, findings}: TextReading, id: ServerId): ServerDefinition {
  if (!readable) {
    const why = findings.find(({severity}) => severity === 'error')
    throw new CommodarrError('config_invalid', why?.message ?? 'The configuration file can not be read.')
  }
  const server = config.servers.find((it) => it.id === id)
  if (server === undefined) throw new CommodarrError('server_unknown', `The file declares no server ${id}.`)
  return server
}

function refuseOverridden(id: ServerId, keys: KeyEdits, reading: TextReading): void {
  for (const key of Object.keys(keys)) {
    const variable = reading.variableOf([id, key])
    if (variable === null) continue
    throw new BadArgument(`${id}.${key} is set by the environment variable ${variable}; change it there.`, {
      variable,
    })
  }
}

function declaredByVariables(id: ServerId): BadArgument {
  return new BadArgument(`${id} is declared by environment variables; take them away instead.`)
}

function sectionOf(kind: ServerKind, name: string): string {
  const prefix = serverPrefixes.find((it) => it.kind === kind)!.prefix
  const section = `${prefix}-${name}`
  if (/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,59}$/u.test(name) && serverKindOf(section) === kind) return section
  throw new BadArgument('The name of a section has letters, digits, spaces and -_. and at most 60 of them.')
}

function blankServer(section: string): ServerDefinition {
  return {
    ...{id: asServerId(section), name: section, kind: serverKindOf(section)!, url: ''},
    ...{username: null, password: null, apiKey: null, basicAuth: null, httpProxy: null},
    tls: {ca: null, skipVerify: false},
    ...{paths: [], categorySource: {from: 'label'}, allowExecute: false, downloadRoots: []},
    pace: {pollSeconds: null, timeoutSeconds: null},
    ...{reach: 'anywhere', enabled: true, obstacle: null},
  }
}

function withoutUndefined(patch: FileServerPatch): Partial<Pick<ServerDefinition, FileServerField>> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
}

/** The order of path mappings means nothing. */
function comparable(value: ServerDefinition[keyof ServerDefinition]): unknown {
  const isMappings = Array.isArray(value) && value.every((it) => typeof it === 'object')
  return isMappings ? value.map((it) => JSON.stringify(it)).sort() : value
}

/** A byte order mark stays where it is. */
function withoutMark(text: string): [mark: string, text: string] {
  return text.startsWith('\ufeff') ? ['\ufeff', text.slice(1)] : ['', text]
}
