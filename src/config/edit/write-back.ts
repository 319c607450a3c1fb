/**
 * Servers of the file, changed in the file: from what a definition is to say to the keys that say so, written where
 * and how the owner has them (`URI` or `Url`, `Host` with a scheme or without). What comes out is read again as at the
 * start, and nothing is written unless it says exactly what was meant.
 */
import {BadArgument, CommodarrError} from '#model/errors.ts'
import type {ServerDefinition, ServerKind} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {declaredByVariables, demandReadable, refuseOverridden, type ConfigFile} from './config-file.ts'
import {sameValue} from '../schema/diff-servers.ts'
import {isTable, type RawTable} from '../document.ts'
import type {FileServerField, FileServerPatch, FileServers} from './file-servers.ts'
import type {TextReading} from '../load.ts'
import {serverPrefixes} from '../schema/schema-servers.ts'
import {asReadBack, keysFor} from './server-keys.ts'
import {serverKindOf} from '../servers.ts'
import {addSection, editSection, removeSection} from './toml-edit.ts'
import {parsed} from './toml-keys.ts'

export function fileServers(file: ConfigFile): FileServers {
  return new ServerSections(file)
}

class ServerSections implements FileServers {
  readonly #file: ConfigFile

  constructor(file: ConfigFile) {
    this.#file = file
  }

  change(id: ServerId, patch: FileServerPatch): Promise<void> {
    return this.#file.edit((text) => this.#changed(text, id, patch))
  }

  remove(id: ServerId): Promise<void> {
    return this.#file.edit(async (text) => {
      serverIn(await this.#file.read(text), id)
      if (!isTable(parsed(text)[id])) throw declaredByVariables(id)
      const edited = removeSection(text, id)
      if ((await this.#file.read(edited)).config.servers.some((server) => server.id === id)) {
        throw declaredByVariables(id)
      }
      return edited
    })
  }

  async add(kind: ServerKind, name: string, server: FileServerPatch): Promise<ServerId> {
    const section = sectionOf(kind, name)
    await this.#file.edit((text) => this.#added(text, section, server))
    return asServerId(section)
  }

  async #changed(text: string, id: ServerId, patch: FileServerPatch): Promise<string> {
    const reading = await this.#file.read(text)
    const server = serverIn(reading, id)
    const wanted = asReadBack({...server, ...withoutUndefined(patch)})
    const section = parsed(text)[id]
    const written: RawTable = isTable(section) ? section : {}
    const keys = keysFor(wanted, server, {written, read: reading.tableOf(id) ?? written})
    for (const key of Object.keys(keys)) refuseOverridden([id, key], reading)
    const edits = Object.entries(keys).filter(([key, value]) => value !== undefined || key in written)
    if (edits.length === 0) return text
    const write = isTable(section) ? editSection : addSection
    const edited = write(text, id, Object.fromEntries(edits))
    await this.#check(edited, wanted)
    return edited
  }

  async #added(text: string, section: string, server: FileServerPatch): Promise<string> {
    const reading = await this.#file.read(text)
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

  async #check(text: string, wanted: ServerDefinition): Promise<void> {
    const reading = await this.#file.read(text)
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

function serverIn(reading: TextReading, id: ServerId): ServerDefinition {
  demandReadable(reading)
  const server = reading.config.servers.find((it) => it.id === id)
  if (server === undefined) throw new CommodarrError('server_unknown', `The file declares no server ${id}.`)
  return server
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
