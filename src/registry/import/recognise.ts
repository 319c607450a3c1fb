/** Which kind of list is it? Told by what stands in it, or by whoever brings it. */
import {CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import {namesAddress, readAddresses} from './addresses.ts'
import {isOwnList, readOwnList} from './commodarr.ts'
import {readConfig} from './config-text.ts'
import {isTooDeep, own} from './entry-reader.ts'
import {ImportInvalid, type ImportFormat, type ServerList} from './listed.ts'
import {quiEntries, readQui} from './qui.ts'
import {readVibe, vibeStorage} from './torrent-vibe.ts'

export const importLimits = {bytes: 1024 * 1024, servers: 1_000} as const

/** As it was pasted, or as JSON that was parsed already. */
export type ListInput = {readonly text: string} | {readonly json: unknown}

export interface ListOptions {
  readonly format: ImportFormat | 'auto'
  readonly passphrase: Secret | null
}

/** @throws {ImportInvalid} {CommodarrError} import_invalid; payload_too_large */
export async function readList(input: ListInput, options: ListOptions): Promise<ServerList> {
  const list = 'text' in input ? await ofText(input.text, options) : await ofValue(input.json, options)
  refuseMany(list.entries)
  if (list.entries.length === 0) throw new ImportInvalid('There is no server in it.')
  return list
}

async function ofText(given: string, options: ListOptions): Promise<ServerList> {
  refuseLong(given)
  const text = given.replace(/^\ufeff/, '')
  const {format} = options
  if (format === 'config') return ofConfig(text)
  if (format === 'addresses') return ofLines(text.split('\n'))
  const json = parsedJson(text)
  if (json !== undefined) return ofJson(json.value, options)
  if (format !== 'auto') {
    throw new ImportInvalid('This is no JSON.', [
      {field: 'text', accepted: `the list as ${format} gives it, whole`},
    ])
  }
  return ofPlainText(text)
}

/** Headers in brackets make it a configuration; a broken one must not be taken for a list of the addresses in it. */
async function ofPlainText(text: string): Promise<ServerList> {
  const lines = text.split('\n')
  // Line by line: over all of them at once the expression would look at each again and again.
  if (lines.some((line) => /^\s*\[[^\]]+\]\]?\s*(#.*)?$/.test(line))) return ofConfig(text)
  if (lines.some(namesAddress)) return ofLines(lines)
  // Keys with dots and inline tables need no headers.
  const list = await readConfig(text, importLimits.servers + 1)
  if (typeof list !== 'string') return list
  throw unknownList('text')
}

async function ofConfig(text: string): Promise<ServerList> {
  const list = await readConfig(text, importLimits.servers + 1)
  if (typeof list !== 'string') return list
  throw new ImportInvalid(list, [
    {field: 'text', accepted: 'a config.toml with sections of servers: [qBit], [Transmission-NAME] …'},
  ])
}

function ofLines(lines: readonly string[]): ServerList {
  refuseMany(lines.filter((line) => line.trim() !== ''))
  return readAddresses(lines)
}

async function ofValue(json: unknown, options: ListOptions): Promise<ServerList> {
  refuseDeep(json)
  refuseLong(JSON.stringify(json) ?? '')
  return ofJson(json, options)
}

async function ofJson(json: unknown, {format, passphrase}: ListOptions): Promise<ServerList> {
  refuseDeep(json)
  const may = (one: ImportFormat) => format === 'auto' || format === one
  if (may('commodarr') && isOwnList(json)) {
    refuseMany(own(json, 'servers'))
    return readOwnList(json, passphrase)
  }
  const storage = may('torrent-vibe') ? vibeStorage(json) : null
  if (storage) {
    refuseMany(storage.servers)
    return readVibe(storage)
  }
  const entries = may('qui') ? quiEntries(json) : null
  if (entries) {
    refuseMany(entries)
    return readQui(entries)
  }
  const isLines = Array.isArray(json) && json.every((it) => typeof it === 'string')
  if (may('addresses') && isLines) return ofLines(json)
  throw unknownList('json')
}

/** Before they are read one by one. */
function refuseMany(entries: unknown): void {
  if (!Array.isArray(entries) || entries.length <= importLimits.servers) return
  throw new ImportInvalid(
    `There are ${entries.length} servers in it; ${importLimits.servers} are the most at once.`,
  )
}

function refuseLong(text: string): void {
  if (Buffer.byteLength(text) <= importLimits.bytes) return
  throw new CommodarrError('payload_too_large', 'A list of servers may have 1 MiB.')
}

/** Before anybody walks over it. */
function refuseDeep(json: unknown): void {
  if (isTooDeep(json)) throw new ImportInvalid('It is nested deeper than any list of servers.')
}

/** `undefined` = it is no JSON. Words and numbers alone are no list. */
function parsedJson(text: string): {value: unknown} | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return {value: JSON.parse(text) as unknown}
  } catch {
    // A TOML header begins with the same bracket.
    return undefined
  }
}

function unknownList(field: string): ImportInvalid {
  return new ImportInvalid('This is no list of servers that is known here.', [
    {
      field,
      accepted: [
        'an export of Commodarr',
        'the servers of Torrent Vibe (qb:multi-server-config)',
        'the instances of qui (GET /api/instances)',
        'a config.toml',
        'addresses, one on a line',
      ],
    },
  ])
}
