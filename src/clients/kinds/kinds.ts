/** The kinds of torrent servers that there is a client for. Configuration, search, API and pages take them from here. */
import type {ClientKind, KindAddress, KindField} from './kind.ts'
import {deluge} from '../deluge/kind.ts'
import {qbittorrent} from '../qbittorrent/kind.ts'
import {rtorrent} from '../rtorrent/kind.ts'
import {transmission} from '../transmission/kind.ts'

/** In the order in which they are offered. */
const all = {qbittorrent, transmission, rtorrent, deluge}

export type ServerKind = keyof typeof all

export const clientKinds: {readonly [K in ServerKind]: ClientKind} = all
export const serverKinds = Object.keys(all) as readonly ServerKind[]

/** Where none is named, and an address does not show one. */
export const usualKind: ServerKind = 'qbittorrent'

/** Did the predecessor speak to this kind? What it wrote and remembered is of such servers. */
export function isInherited(kind: ServerKind): boolean {
  return clientKinds[kind].section.isInherited === true
}

export function isServerKind(kind: string): kind is ServerKind {
  return Object.hasOwn(clientKinds, kind)
}

/** What any kind may append to the name of a file that is not complete; '' first, as it is whole. */
export const unfinishedEndings: readonly string[] = [
  '',
  ...new Set(serverKinds.flatMap((kind) => clientKinds[kind].files.unfinishedEnding ?? [])),
]

/** Does this kind have that setting? */
export function hasField(kind: ServerKind, field: KindField): boolean {
  return clientKinds[kind].fields.includes(field)
}

/** The kind that an address points to by what only one of them has: SCGI, a path, a port; `null` = any. */
export function kindOfAddress(address: string): ServerKind | null {
  const found = (isIts: (kind: ClientKind) => boolean) =>
    serverKinds.find((kind) => isIts(clientKinds[kind])) ?? null
  if (/^(?:scgi(?:\+unix)?|unix):/i.test(address)) return found((kind) => kind.address.takesScgi === true)
  const [, host = '', path = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)([^?#]*)/i.exec(address) ?? []
  const port = Number(/:(\d{1,5})$/.exec(host)?.[1])
  return (
    found((kind) => kind.address.signs.path.test(path)) ?? found((kind) => kind.address.signs.port === port)
  )
}

/** Path of the API below an address. @param written as it was typed, with the slash at its end if it has one */
export function apiPath({path, completes}: KindAddress, written: string): string {
  // No pattern: `/\/+$/` takes an hour for a megabyte of slashes, which anybody may send (`lib/trim-end.ts`).
  let end = written.length
  while (end > 0 && written[end - 1] === '/') end--
  const bare = written.slice(0, end)
  if (bare === '') return path
  if (!completes) return bare
  const {folder, page, api} = completes
  const base = bare.endsWith(page) ? bare.slice(0, -page.length) : bare
  const isWhole = base === bare && !written.endsWith('/') && bare !== folder
  return isWhole ? bare : (base.endsWith(api) ? base.slice(0, -api.length) : base) + api
}
