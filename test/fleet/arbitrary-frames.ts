/** Random frames, values and names for tests, hostile ones among them. */
import * as fc from 'fast-check'
import type {ServerFrame} from '#model/frame.ts'
import {torrentStates, trackerStatuses, type TorrentPatch} from '#model/torrent.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {anyCharacter} from '../any-character.ts'

export const servers = ['qBit', 'a/b'] as ServerId[]
export const hashes = ['0', '1', '2', 'e', 'f'].map((digit) => digit.repeat(40)) as InfoHash[]

/** Control characters, right to left, 4 KB, HTML, lone surrogates, numbers to be ordered by value. */
export const names = fc.oneof(
  fc.constantFrom(
    '',
    'Ubuntu 9',
    'Ubuntu 10',
    'ubuntu 010',
    'ÜBUNTU 9',
    'a b',
    'A-b',
    'straße',
    'STRASSE',
    '10',
    '9',
    '٣',
    '\u0000\u0007\u001b[31m',
    '\u202Eexe.fdp',
    'שלום',
    '<img src=x onerror=alert(1)>',
    'x'.repeat(4096),
    '\ud800',
    'a\udc00b',
    '\ufffd',
    '𝔘buntu',
    'ﬁle',
    'İstanbul',
    'e\u0301',
    '"quoted" -minus',
    'a\tb\nc',
  ),
  fc.string({unit: anyCharacter, maxLength: 12}),
)

const paths = fc.constantFrom(
  '/d/a',
  '/d/a/',
  '/d//a',
  '/d/a/b',
  '/d/ab',
  '/d',
  '/D/a',
  '/e/a',
  'C:\\d\\A',
  'c:/d/a',
  'C:\\d',
  'a',
  '',
)

const amount = fc.option(fc.constantFrom(0, 1, 1.5, 700, 2 ** 32 - 2, 2 ** 41, -3, 2 ** 45), {nil: undefined})
const amountOrNone = fc.option(amount, {nil: null})
const limit = fc.oneof(amountOrNone, fc.constant('inherit' as const))
const word = fc.constantFrom('', 'tv', 'films', 'Films', 'tv2', 'tv10')
const list = fc.array(word, {maxLength: 3})
const flag = fc.constantFrom(true, false, undefined)

const fields = {
  name: names,
  contentPath: fc.option(paths, {nil: undefined}),
  savePath: fc.option(paths, {nil: undefined}),
  comment: fc.option(names, {nil: undefined}),
  infoHashV1: fc.constantFrom(...hashes, null, undefined),
  infoHashV2: fc.constantFrom('ab'.repeat(32), null, undefined),
  state: fc.constantFrom(...torrentStates),
  trackerStatus: fc.constantFrom(...trackerStatuses),
  category: word,
  tags: list,
  trackerHost: fc.option(word, {nil: undefined}),
  trackerHosts: fc.option(list, {nil: undefined}),
  message: fc.option(word, {nil: undefined}),
  incompletePath: fc.constantFrom('/i', null, undefined),
  size: amount,
  uploaded: amount,
  downloaded: amount,
  completed: amount,
  activeTime: amount,
  ratio: amount,
  taskProgress: amountOrNone,
  eta: amountOrNone,
  seedsSwarm: amountOrNone,
  addedAt: fc.constantFrom(1_700_000_000_000, 1_700_000_000_001, undefined),
  completedAt: fc.constantFrom(1_700_000_000_000, null, undefined),
  downSpeed: fc.constantFrom(0, 5, 2 ** 33),
  upSpeed: fc.constantFrom(0, 7),
  ratioLimit: limit,
  seedTimeLimit: limit,
  isPrivate: flag,
  sequential: fc.constantFrom(true, false, null, undefined),
  complete: fc.boolean(),
  trackerProblem: fc.boolean(),
  priority: fc.constantFrom('off', 'high', undefined),
} as const

/** A patch without its hash: some fields, each perhaps unknown now. */
export const patches = fc.record(fields, {requiredKeys: []}) as fc.Arbitrary<Omit<TorrentPatch, 'hash'>>

const {
  uploaded: _uploaded,
  downloaded: _downloaded,
  completed: _completed,
  activeTime: _activeTime,
  ratio: _ratio,
  ...commanded
} = fields

/** What a command may bring about: no figures that others are computed from. */
export const expectedPatches = fc.record(commanded, {requiredKeys: []}) as typeof patches

const rowPatches = fc
  .tuple(fc.constantFrom(...hashes), patches)
  .map(([hash, patch]): TorrentPatch => Object.assign({hash}, patch))

/** What a link may say; `off` makes the sequence number (or the epoch) a wrong one. */
export const utterances = fc.record({
  server: fc.constantFrom(...servers),
  body: fc.oneof(
    {weight: 2, arbitrary: fc.record({type: fc.constant('begin' as const), fresh: fc.boolean()})},
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('rows' as const),
        rows: fc.array(rowPatches, {maxLength: 5}),
        removed: fc.array(fc.constantFrom(...hashes), {maxLength: 1}),
      }),
    },
    {weight: 2, arbitrary: fc.record({type: fc.constant('end' as const), believeAbsence: fc.boolean()})},
    fc.record({type: fc.constant('abort' as const)}),
    fc.record({type: fc.constant('settle' as const), isProved: fc.boolean()}),
    fc.record({
      type: fc.constantFrom('missing' as const, 'recall' as const),
      hashes: fc.uniqueArray(fc.constantFrom(...hashes)),
    }),
    fc.record({type: fc.constant('server' as const), tags: list}),
  ),
  off: fc.oneof(
    {weight: 12, arbitrary: fc.constant('no' as const)},
    fc.constantFrom('seq' as const, 'epoch' as const),
  ),
})

type Utterance = typeof utterances extends fc.Arbitrary<infer U> ? U : never

/** Numbers what links say: a frame that was taken is followed by the next number. */
export class Speaker {
  readonly #next = new Map<ServerId, {epoch: number; seq: number}>()

  /** Gives both servers a first list, empty. */
  greet(apply: (frame: ServerFrame) => 'applied' | 'gap'): void {
    for (const server of servers) {
      this.say({server, off: 'no', body: {type: 'begin', fresh: true}}, 0, apply)
      this.say({server, off: 'no', body: {type: 'end', believeAbsence: true}}, 0, apply)
    }
  }

  say({server, body, off}: Utterance, at: number, apply: (frame: ServerFrame) => 'applied' | 'gap'): void {
    const {epoch, seq} = this.#next.get(server) ?? {epoch: 0, seq: 0}
    const isFresh = body.type === 'begin' && (body.fresh || epoch === 0)
    const frame = {
      ...body,
      serverId: server,
      epoch: epoch + (isFresh ? 1 : 0) - (off === 'epoch' ? 1 : 0),
      seq: isFresh ? 5 : seq + (off === 'seq' ? 1 : 0),
      at,
    }
    if (apply(frame) === 'applied') this.#next.set(server, {epoch: frame.epoch, seq: frame.seq + 1})
  }
}
