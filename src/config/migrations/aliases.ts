import {arrAppOf, serverKindOf} from '../schema/sections.ts'
import type {Reading} from '../schema/read-table.ts'

type Aliases = Readonly<Record<string, readonly string[]>>

/**
 * Other names of keys that say how something is reached, as other programs, our own API and people write them. Only such
 * keys: a name that nobody ever read must not begin to remove torrents.
 */
const ofServers: Aliases = {
  UserName: ['username', 'user'],
  Password: ['pass'],
  Url: ['url'],
  URI: ['uri'],
  Host: ['hostname'],
  Path: ['rpcpath'],
  ApiKey: ['apikey'],
}
const ofArrs: Aliases = {URI: ['uri', 'url'], APIKey: ['apikey']}
const ofSettings: Aliases = {ConsoleLevel: ['loglevel']}

/** Also for lists that are made of sections: is it another name of a key by which a server is reached? */
export function isServerAlias(written: string): boolean {
  return keyCalled(written, ofServers) !== undefined
}

/** A key under another name, in any case and with or without `_`, is read as the one it is; the own name wins. */
export function readAliases(reading: Reading): void {
  for (const section of reading.document.sections()) {
    const aliases = aliasesOf(section)
    if (aliases !== null) renameIn(section, aliases, reading)
  }
}

function aliasesOf(section: string): Aliases | null {
  if (section === 'Settings') return ofSettings
  if (serverKindOf(section) !== null) return ofServers
  return arrAppOf(section) === null ? null : ofArrs
}

function renameIn(section: string, aliases: Aliases, reading: Reading): void {
  const {document} = reading
  for (const written of Object.keys(document.table([section]) ?? {})) {
    const key = keyCalled(written, aliases)
    if (key === undefined) continue
    const isTaken = document.has([section, key])
    reading.remark([section, written], {
      severity: isTaken ? 'warning' : 'notice',
      code: isTaken ? 'ignored' : 'migrated',
      message: isTaken ? `${key} is set, too, and wins.` : `This key is read as ${key}.`,
    })
    if (isTaken) document.remove([section, written])
    else document.move([section, written], [section, key])
  }
}

function keyCalled(written: string, aliases: Aliases): string | undefined {
  if (Object.hasOwn(aliases, written)) return undefined
  const plain = written.toLowerCase().replaceAll(/[-_]/g, '')
  return Object.keys(aliases).find((key) => aliases[key]!.includes(plain))
}
