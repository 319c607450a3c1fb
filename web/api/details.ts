/** What a torrent is made of and where it gets it: asked of its server while somebody looks, and changed there. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {ActionResultsSchema, ChangeResultsSchema} from '#http/schemas/results.ts'
import type {FileContentSchema} from '#http/schemas/torrent-files.ts'
import type {TorrentLinksSchema} from '#http/schemas/torrent-links.ts'
import type {
  FileSchema,
  PeerSchema,
  PiecesSchema,
  torrentColumns,
  TorrentSchema,
  TrackerSchema,
  WebSeedSchema,
} from '#http/schemas/torrent.ts'
import type {Confirmation, FilePriority, Renamed} from '#model/command.ts'
import {pagePauses, type Sliced} from '../lib/slices.ts'
import {followDownload} from '../lib/save-file.ts'
import type {WireKey} from './actions.ts'
import {ask, askForBytes, askForFile, fileAddress, pathOf, type Asking} from './ask.ts'
import {NoAnswer, Problem, type Confirmed} from './problem.ts'

/** Characters parsed between two pauses. */
const AT_ONCE = 64 * 1024

/** A cut that failed stood in a text: the ones before it are tried. */
const TRIES = 8

/**
 * A long list in an answer, `{"files":[{…},{…}]}`, parsed while it arrives: `JSON.parse` of 15 MB at once would hold the
 * page for a tenth of a second. It is cut behind a `}`; a cut in the middle of a row is no JSON, so it shows.
 */
export class LongList<Row> {
  readonly #name: string
  readonly #rows: Row[] = []
  /** Not parsed yet. */
  #text = ''
  #hasBegun = false

  constructor(name: string) {
    this.#name = name
  }

  *push(text: string): Sliced<void> {
    this.#text += text
    if (!this.#hasBegun && !this.#begin()) return
    let at = 0
    while (this.#text.length - at >= AT_ONCE) {
      const next = this.#part(at)
      if (next === null) break
      at = next
      yield
    }
    this.#text = this.#text.slice(at)
  }

  /** @throws {SyntaxError} when it broke off, or is another answer */
  finish(): Row[] {
    const head = this.#hasBegun ? `{${JSON.stringify(this.#name)}:[` : ''
    const {[this.#name]: left} = JSON.parse(head + this.#text) as Record<string, Row[]>
    if (!left) throw new SyntaxError(`There are no ${this.#name} in the answer.`)
    for (const row of left) this.#rows.push(row)
    return this.#rows
  }

  #begin(): boolean {
    const head = new RegExp(`^\\s*\\{\\s*"${this.#name}"\\s*:\\s*\\[`).exec(this.#text)
    if (!head) return false
    this.#hasBegun = true
    this.#text = this.#text.slice(head[0].length)
    return true
  }

  /** Parses some rows. @returns where the next begins; `null` = no cut was found: more has to be there */
  #part(from: number): number | null {
    let cut = from + AT_ONCE
    for (let tries = 0; tries < TRIES; tries++) {
      cut = this.#text.lastIndexOf('},', cut - 1)
      if (cut < from) return null
      try {
        const rows = JSON.parse(`[${this.#text.slice(from, cut + 1)}]`) as Row[]
        for (const row of rows) this.#rows.push(row)
        return cut + 2
      } catch {
        // Not between two rows.
      }
    }
    return null
  }
}

export type TorrentFile = z.output<typeof FileSchema>
export type Tracker = z.output<typeof TrackerSchema>
export type Peer = z.output<typeof PeerSchema>
type WebSeed = z.output<typeof WebSeedSchema>
export type TorrentLinks = z.output<typeof TorrentLinksSchema>
export type Pieces = z.output<typeof PiecesSchema>
/** A column that is absent is not known. */
export type TorrentColumns = {
  readonly [C in keyof typeof torrentColumns]?: z.output<(typeof torrentColumns)[C]>
}
type Torrent = z.output<typeof TorrentSchema>

/** As often as the server reads it again for us. */
export const LOOK_AGAIN_MS = 2_000

export const filesQuery = (of: WireKey) =>
  queryOptions({
    queryKey: keyOf(of, 'files'),
    queryFn: ({signal}) => askForList<TorrentFile>(addressOf(of, 'files'), 'files', {...choice(of), signal}),
    // Comparing 100,000 files with those of before costs more than drawing the few in sight.
    structuralSharing: false,
  })

export const trackersQuery = (of: WireKey) =>
  queryOptions({
    queryKey: keyOf(of, 'trackers'),
    queryFn: async ({signal}) =>
      (await ask<{trackers: Tracker[]}>(addressOf(of, 'trackers'), {...choice(of), signal})).trackers,
  })

export const peersQuery = (of: WireKey) =>
  queryOptions({
    queryKey: keyOf(of, 'peers'),
    queryFn: async ({signal}) =>
      (await ask<{peers: Peer[]}>(addressOf(of, 'peers'), {...choice(of), signal})).peers,
  })

export const webSeedsQuery = (of: WireKey) =>
  queryOptions({
    queryKey: keyOf(of, 'web-seeds'),
    queryFn: async ({signal}) =>
      (await ask<{web_seeds: WebSeed[]}>(addressOf(of, 'web-seeds'), {...choice(of), signal})).web_seeds,
  })

export const piecesQuery = (of: WireKey) =>
  queryOptions({
    queryKey: keyOf(of, 'pieces'),
    queryFn: ({signal}) => ask<Pieces>(addressOf(of, 'pieces'), {...choice(of), signal}),
  })

/** Who uses its bytes, and what its removal would free. */
export const linksQuery = (of: WireKey) =>
  queryOptions({
    queryKey: keyOf(of, 'links'),
    queryFn: ({signal}) => ask<TorrentLinks>(addressOf(of, 'links'), {...choice(of), signal}),
  })

/** Columns that the list of its server does not carry. */
export const moreQuery = (of: WireKey) =>
  queryOptions({
    queryKey: keyOf(of, 'more'),
    queryFn: ({signal}) => ask<TorrentColumns>(addressOf(of, 'more'), {...choice(of), signal}),
  })

/** The servers in sight that hold the same data, whoever is asked about. */
export const holdersQuery = (hash: string) =>
  queryOptions({
    queryKey: ['torrents', 'holders', hash],
    queryFn: async ({signal}) =>
      (await ask<{torrents: Torrent[]}>(pathOf('torrents', hash), {signal})).torrents,
  })

export type FileMedia = z.output<typeof FileContentSchema>

/** What is in a media file; its disk and ffprobe are asked. */
export const fileMediaQuery = (of: WireKey, index: number) =>
  queryOptions({
    queryKey: [...keyOf(of, 'media'), String(index)],
    queryFn: ({signal}) =>
      ask<FileMedia>(pathOf('torrents', of.info_hash, 'files', String(index), 'media'), {
        ...choice(of),
        signal,
      }),
    retry: false,
  })

/**
 * Has the browser take a file of a torrent to where downloads go.
 * @throws {Problem} it cannot be had, and why: its first byte is asked for before
 */
export async function downloadFile(of: WireKey, index: number, name: string): Promise<void> {
  const path = pathOf('torrents', of.info_hash, 'files', String(index), 'content')
  await askForFile(path, {...choice(of), range: 'bytes=0-0'})
  followDownload(fileAddress(path, choice(of).query), name)
}

/** Indexes as in the list of files. */
export async function setFilePriority(
  of: WireKey,
  files: readonly number[],
  priority: FilePriority,
): Promise<void> {
  await change(of, 'files', 'PATCH', {files, priority})
}

/** Paths inside the torrent. @throws {Error} the server says no, in its words */
export async function renameInside(
  of: WireKey,
  verb: 'renameFile' | 'renameFolder',
  from: string,
  to: string,
  confirmed: Confirmed = {},
): Promise<void> {
  const {server_id, info_hash} = of
  const body = {verb, args: {from, to, ...confirmed}, keys: [{server_id, info_hash}]}
  const {results} = await ask<z.output<typeof ActionResultsSchema>>('/torrents/actions', {
    method: 'POST',
    body,
  })
  demandDone(results)
}

/** All of these files, or none. @returns the id of the action @throws {Error} the server says no, in its words */
export async function renameFiles(
  {server_id, info_hash}: WireKey,
  files: readonly Renamed[],
  confirmed: Confirmed,
): Promise<string> {
  const names = files.map(({from, to}) => ({from, to}))
  const body = {verb: 'renameFiles', args: {files: names, ...confirmed}, keys: [{server_id, info_hash}]}
  const {results, action_id: id} = await ask<z.output<typeof ActionResultsSchema>>('/torrents/actions', {
    method: 'POST',
    body,
  })
  demandDone(results)
  return id
}

/** Each list is one tier below the ones before it. */
export async function addTrackers(of: WireKey, tiers: readonly (readonly string[])[]): Promise<void> {
  await change(of, 'trackers', 'POST', {tiers})
}

export async function editTracker(of: WireKey, from: string, to: string): Promise<void> {
  await change(of, 'trackers', 'PATCH', {from, to})
}

export async function removeTracker(of: WireKey, url: string): Promise<void> {
  await change(of, 'trackers', 'DELETE', {urls: [url]})
}

/** @param peers `ip:port`, `[ip6]:port` */
export async function addPeers(of: WireKey, peers: readonly string[]): Promise<void> {
  await change(of, 'peers', 'POST', {peers})
}

/** The server has nothing to do with it any more, in no torrent. */
export async function banPeer(serverId: string, peer: string): Promise<void> {
  await ask(pathOf('servers', serverId, 'ban-peers'), {method: 'POST', body: {peers: [peer]}})
}

export async function addWebSeeds(of: WireKey, urls: readonly string[]): Promise<void> {
  await change(of, 'web-seeds', 'POST', {urls})
}

export async function removeWebSeed(of: WireKey, url: string): Promise<void> {
  await change(of, 'web-seeds', 'DELETE', {urls: [url]})
}

/** @throws {Error} the server says no, in its words */
export async function setComment(of: WireKey, comment: string): Promise<void> {
  const asking = {...choice(of), method: 'PATCH', body: {comment}} as const
  const {results} = await ask<z.output<typeof ChangeResultsSchema>>(pathOf('torrents', of.info_hash), asking)
  demandDone(results)
}

async function change(
  of: WireKey,
  part: string,
  method: 'POST' | 'PATCH' | 'DELETE',
  body: object,
): Promise<void> {
  await ask(addressOf(of, part), {...choice(of), method, body})
}

function demandDone(
  results: readonly {
    readonly outcome: string
    readonly code?: string | undefined
    readonly message?: string | undefined
    readonly confirm_with?: Confirmation | undefined
  }[],
): void {
  const failed = results.find(({outcome}) => outcome !== 'done')
  if (failed === undefined) return
  const {code = 'internal', message: detail = '', confirm_with} = failed
  throw new Problem(409, {code, detail, confirm_with}, null)
}

function keyOf({server_id, info_hash}: WireKey, part: string): readonly string[] {
  return ['details', server_id, info_hash, part]
}

function addressOf({info_hash}: WireKey, part: string): string {
  return pathOf('torrents', info_hash, part)
}

function choice({server_id}: WireKey) {
  return {query: {server_id}}
}

/** The rows of `{"name":[…]}`; the page goes on meanwhile. @throws {Problem} {NoAnswer} */
async function askForList<Row>(path: string, name: string, asking: Asking): Promise<Row[]> {
  const bytes = await askForBytes(path, asking)
  try {
    return await read<Row>(bytes, name)
  } catch (cause) {
    if (asking.signal?.aborted) throw cause
    throw new NoAnswer('The answer of Commodarr broke off.', {cause})
  }
}

async function read<Row>(bytes: ReadableStream<Uint8Array>, name: string): Promise<Row[]> {
  const reader = bytes.getReader()
  const decoder = new TextDecoder()
  const list = new LongList<Row>(name)
  const pauses = pagePauses()
  for (;;) {
    const {done, value} = await reader.read()
    if (done) return list.finish()
    for (const _ of list.push(decoder.decode(value, {stream: true}))) {
      if (pauses.due()) await pauses.next()
    }
  }
}
