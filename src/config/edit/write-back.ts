/**
 * Servers of the file, changed in the file: from what a definition is to say to the keys that say so, written where
 * and how the owner has them (`URI` or `Url`, `Host` with a scheme or without). What comes out is read again as at the
 * start, and nothing is written unless it says exactly what was meant.
 */
import {clientKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {Config} from '../config.ts'
import {isTable, type RawTable} from '../document/document.ts'
import type {TextReading} from '../load.ts'
import {sameValue} from '../schema/diff-servers.ts'
import {isMistake, type Finding} from '../document/findings.ts'
import {serverKindOf} from '../schema/sections.ts'
import {
  declaredByVariables,
  demandReadable,
  refuseOverridden,
  type ArrEdit,
  type ConfigFile,
  type FileArrs,
  type FileSections,
  type FileServerField,
  type FileServerPatch,
  type FileServers,
  type KeyFault,
  type KnownValues,
  type SectionChange,
} from './config-file.ts'
import {fileDiff} from './file-diff.ts'
import {conflictsIn} from './key-conflicts.ts'
import {asReadBack, keysFor} from './server-keys.ts'
import {addSection, editPaths, editSection, removeSection, type PathEdit} from './toml-edit.ts'
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
      const reading = await this.#file.read(text)
      serverIn(reading, id)
      const edited = removeSection(text, nameInFile(id, reading))
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
    const name = reading.writtenAs(id)
    const section = name === null ? undefined : parsed(text)[name]
    const written: RawTable = isTable(section) ? section : {}
    const keys = keysFor(wanted, server, {written, read: reading.tableOf(id) ?? written})
    for (const key of Object.keys(keys)) refuseOverridden([id, key], reading)
    const edits = Object.entries(keys).filter(([key, value]) => value !== undefined || key in written)
    if (edits.length === 0) return text
    const write = isTable(section) ? editSection : addSection
    const edited = write(text, name ?? id, Object.fromEntries(edits))
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
  const section = `${clientKinds[kind].section.prefix}-${name}`
  if (/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,59}$/u.test(name) && serverKindOf(section) === kind) return section
  throw new BadArgument('The name of a section has letters, digits, spaces and -_. and at most 60 of them.')
}

function blankServer(section: string): ServerDefinition {
  return {
    id: asServerId(section),
    name: section,
    kind: serverKindOf(section)!,
    url: '',
    username: null,
    password: null,
    apiKey: null,
    basicAuth: null,
    httpProxy: null,
    tls: {ca: null, skipVerify: false},
    paths: [],
    storage: null,
    categorySource: {from: 'label'},
    allowExecute: false,
    downloadRoots: [],
    pace: {pollSeconds: null, timeoutSeconds: null},
    reach: plainReach.anywhere,
    enabled: true,
    obstacle: null,
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

/**
 * Arrs of the file, changed in the file: each key where its owner has it, in its section or in a table below. What
 * comes out is read again as at the start, and nothing is written that would switch a section off.
 */
export function fileArrs(file: ConfigFile): FileArrs {
  return {
    said: (id) => file.said(id),
    obstacle: (id) => file.obstacle(id),
    preview: (id, edits, was = {}) =>
      file.look(async (text) => (await changed(file, text, id, {edits, was})).edit),
    async change(id, edits, was = {}) {
      await file.refresh()
      let edit: ArrEdit | undefined
      await file.edit(async (text) => {
        const done = await changed(file, text, id, {edits, was})
        edit = done.edit
        return edit.conflicts.length > 0 ? text : done.edited
      })
      return edit!
    },
    remove: (id) =>
      file.edit(async (text) => {
        const edited = removeSection(text, demandSection(await file.read(text), id))
        if (isThere(await file.read(edited), id)) throw declaredByVariables(id)
        return edited
      }),
  }
}

async function changed(
  file: ConfigFile,
  text: string,
  id: string,
  {edits, was}: {readonly edits: readonly PathEdit[]; readonly was: KnownValues},
): Promise<{edit: ArrEdit; edited: string}> {
  const reading = await file.read(text)
  const name = demandSection(reading, id)
  for (const {path} of edits) refuseOverridden([id, ...path], reading)
  const edited = editPaths(
    text,
    edits.map(({path, value}) => ({path: [name, ...path], value})),
  )
  const off = (await file.read(edited)).config.off.find(({section}) => section === id)
  if (off) throw new BadArgument(`[${id}] could not be used any more: ${off.reason}.`)
  const conflicts = conflictsIn(reading.config.written[id], was)
  return {edit: {lines: fileDiff(text, edited), conflicts}, edited}
}

/** @returns its name in the text */
function demandSection(reading: TextReading, id: string): string {
  demandReadable(reading)
  if (!isThere(reading, id)) throw new CommodarrError('arr_unknown', `The file declares no Arr ${id}.`)
  return nameInFile(id, reading)
}

/** @throws {BadArgument} for a section that variables alone declare */
function nameInFile(section: string, reading: TextReading): string {
  const name = reading.writtenAs(section)
  if (name === null) throw declaredByVariables(section)
  return name
}

function isThere({config: {arrs, off}}: TextReading, id: string): boolean {
  return arrs.some((it) => it.id === id) || off.some(({section}) => section === id)
}

/**
 * Keys of a section, changed in the file where its owner has them. What comes out is read as at the start: what that
 * finds wrong is told of each key, and nothing is written that would mean anything else for another section.
 */
export function fileSections(file: ConfigFile): FileSections {
  return {
    obstacle: (section) => file.obstacle(section),
    keysOf(section) {
      const table = file.inForce.written[section]
      return isTable(table) ? table : {}
    },
    preview: (section, edits, was = {}) =>
      file.look(async (text) => (await changedSections(file, text, section, {edits, was})).change),
    async change(section, edits, was = {}) {
      await file.refresh()
      let change: SectionChange | undefined
      await file.edit(async (text) => {
        const done = await changedSections(file, text, section, {edits, was})
        change = done.change
        return change.faults.length > 0 || change.conflicts.length > 0 ? text : done.edited
      })
      return change!
    },
  }
}

async function changedSections(
  file: ConfigFile,
  text: string,
  section: string,
  {edits, was}: {readonly edits: readonly PathEdit[]; readonly was: KnownValues},
): Promise<{change: SectionChange; edited: string}> {
  const before = await file.read(text)
  demandReadable(before)
  const edited = editPaths(
    withSection(text, section, before),
    edits.map(({path, value}) => ({path: [before.writtenAs(section) ?? section, ...path], value})),
  )
  const after = await file.read(edited)
  const faults = [...overridden(section, edits, before), ...newFaults(section, before, after)]
  const change = {
    faults,
    conflicts: conflictsIn(before.config.written[section], was),
    lines: faults.length === 0 ? fileDiff(text, edited) : [],
    before: before.config,
    after: after.config,
  }
  if (faults.length === 0) demandAlone(section, change)
  return {change, edited}
}

/** `[Settings]` may be missing; servers and Arrs are there or are no business of the file. */
function withSection(text: string, section: string, reading: TextReading): string {
  if (reading.writtenAs(section) !== null) return text
  if (section !== 'Settings') throw declaredByVariables(section)
  return addSection(text, section, {})
}

function overridden(section: string, edits: readonly PathEdit[], reading: TextReading): KeyFault[] {
  return edits.flatMap(({path}) => {
    const variable = reading.variableOf([section, ...path])
    return variable === null
      ? []
      : [{key: path.join('.'), found: null, accepted: `what the environment variable ${variable} says`}]
  })
}

/** What was there before stands in the way of nothing: files hold keys of programs before us. */
function newFaults(section: string, before: TextReading, after: TextReading): KeyFault[] {
  const nameOf = ({code, key, found}: Finding) => JSON.stringify([code, key, found])
  const old = new Set(before.findings.map(nameOf))
  return after.findings
    .filter((it) => it.section === section && isMistake(it) && !old.has(nameOf(it)))
    .map(({key, found, accepted, message}) => ({key: key ?? '', found, accepted: accepted ?? message}))
}

/** Older generations keep in one section what counts for another. @throws {CommodarrError} bad_argument */
function demandAlone(section: string, {before, after}: SectionChange): void {
  const off = after.off.find((it) => it.section === section)
  if (off && !before.off.some((it) => it.section === section)) {
    throw new BadArgument(`[${section}] could not be used any more: ${off.reason}.`)
  }
  // What claimed the same category as this section may come back.
  const wasOff = new Set(before.off.map((it) => it.section))
  const [one, other] = [others(section, before, wasOff), others(section, after, wasOff)]
  const touched = Object.keys(one).filter((key) => !sameValue(one[key], other[key]))
  if (touched.length === 0) return
  throw new CommodarrError(
    'bad_argument',
    `This would change more than [${section}] (${touched.join(', ')}), as the file is of an older generation; ` +
      'edit it by hand.',
  )
}

function others(
  section: string,
  config: Config,
  wasOff: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const isOther = ({id}: {readonly id: string}) => id !== section
  return {
    servers: config.servers.filter(isOther),
    'rules of servers': Object.fromEntries([...config.serverRules].filter(([id]) => isOther({id}))),
    arrs: config.arrs.filter((arr) => isOther(arr) && !wasOff.has(arr.id)),
    settings: section === 'Settings' ? null : config.settings,
    webui: config.webui,
  }
}
