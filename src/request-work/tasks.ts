/**
 * What the thread for requests does: each task reads something that somebody sent, and nothing else. Their code is
 * loaded when it is first asked for, so that a thread that only reads torrents knows nothing of rules.
 */
import type {Metainfo} from '#clients/port.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ListInput, ListOptions, ServerList} from '#registry/import/listed.ts'
import type {DraftFault} from '#registry/owned/draft.ts'
import type {RuleDraft} from '#registry/rules/draft.ts'
import type {GivenName, ParsedRules} from '#rules/rule-mistakes.ts'

interface TorrentAsked {
  readonly bytes: Uint8Array
}

interface RuleAsked {
  readonly draft: RuleDraft
  readonly given: GivenName
}

interface ListAsked {
  readonly input: ListInput
  readonly format: ListOptions['format']
  readonly passphrase: string | null
}

/** Of a torrent all but its files, and these as bytes: 200,000 objects would take the main thread a while to unpack. */
export interface PackedTorrent extends Omit<Metainfo, 'files'> {
  /** UTF-8, one path after the other. */
  readonly paths: Uint8Array
  /** Where each ends. */
  readonly ends: Uint32Array
  readonly sizes: Float64Array
}

/** A secret crosses to another thread as plain text, and is one again there. */
interface PlainSecret {
  readonly plainSecret: string
}

export interface RequestTasks {
  readonly readTorrent: {readonly asked: TorrentAsked; readonly answer: PackedTorrent}
  readonly readRule: {readonly asked: RuleAsked; readonly answer: ParsedRules}
  readonly readList: {readonly asked: ListAsked; readonly answer: PlainList}
}
export type TaskName = keyof RequestTasks

type PlainList = {readonly list: unknown} | {readonly invalid: ListFault}

interface ListFault {
  readonly message: string
  readonly faults: readonly DraftFault[]
}

type Tasks = {
  readonly [N in TaskName]: (asked: RequestTasks[N]['asked']) => Promise<RequestTasks[N]['answer']>
}

/** Every one of them throws {CommodarrError} for what it cannot read. */
export const tasks: Tasks = {
  async readTorrent({bytes}) {
    const {readMetainfo} = await import('#clients/metainfo.ts')
    const {files, ...rest} = readMetainfo(bytes)
    return {...rest, ...packed(files)}
  },
  async readRule({draft, given}) {
    const {draftOf, parseRule} = await import('#rules/parse.ts')
    return 'yaml' in draft ? parseRule(draft.yaml, given) : draftOf(draft.rule, given)
  },
  async readList({input, format, passphrase}) {
    const {readList} = await import('#registry/import/recognise.ts')
    const {ImportInvalid} = await import('#registry/import/listed.ts')
    try {
      const options = {format, passphrase: passphrase === null ? null : new Secret(passphrase)}
      return {list: plain(await readList(input, options))}
    } catch (error) {
      if (!(error instanceof ImportInvalid)) throw error
      return {invalid: {message: error.message, faults: error.faults}}
    }
  },
}

/** What of an answer goes to the other thread without being copied. */
export function movedWith(answer: object): readonly ArrayBuffer[] {
  return Object.values(answer).flatMap((it: unknown) =>
    ArrayBuffer.isView(it) ? [it.buffer as ArrayBuffer] : [],
  )
}

function packed(files: Metainfo['files']): Pick<PackedTorrent, 'paths' | 'ends' | 'sizes'> {
  const sizes = Float64Array.from(files, ({size}) => size)
  const ends = new Uint32Array(files.length)
  let length = 0
  for (const {path} of files) length += Buffer.byteLength(path)
  const paths = new Uint8Array(length)
  const buffer = Buffer.from(paths.buffer)
  let end = 0
  for (const [at, {path}] of files.entries()) {
    end += buffer.write(path, end)
    ends[at] = end
  }
  return {paths, ends, sizes}
}

function plain(value: unknown): unknown {
  return mapped(value, (it) =>
    it instanceof Secret ? ({plainSecret: it.reveal()} satisfies PlainSecret) : it,
  )
}

/** The same with its secrets. */
export function unplain(value: unknown): ServerList {
  const isSecret = (it: object): it is PlainSecret => 'plainSecret' in it
  return mapped(value, (it) => (isSecret(it) ? new Secret(it.plainSecret) : it)) as ServerList
}

/** A list of servers is some levels deep, and no deeper (`isTooDeep`). */
function mapped(value: unknown, change: (it: object) => object): unknown {
  if (typeof value !== 'object' || value === null) return value
  const changed = change(value)
  if (changed !== value) return changed
  if (Array.isArray(value)) return value.map((it) => mapped(it, change))
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, mapped(it, change)]))
}

export function asFault(error: unknown): TaskFault | null {
  if (!(error instanceof CommodarrError)) return null
  const {code, message, about} = error
  return {code, message, about}
}

/** A refusal as it crosses to the other thread. */
export type TaskFault = Pick<CommodarrError, 'code' | 'message' | 'about'>
