import {setImmediate as nextTurn} from 'node:timers/promises'
import {
  torrentMarks,
  type CountedLife,
  type TorrentFactsRecord,
  type TorrentMark,
} from '#model/automation-state.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {TorrentFactsTable} from '../tables.ts'

/** Read at once: some 10 ms of everybody's time in SQLite. */
const PORTION = 1_000

/** All there are, in portions: there may be a row for every torrent. */
export async function* readTorrentFacts(
  read: <T>(work: (db: Db) => Promise<T>) => Promise<T>,
  size = PORTION,
): AsyncGenerator<readonly TorrentFactsRecord[]> {
  for (let after: TorrentKey | null = null; ;) {
    const records: TorrentFactsRecord[] = await read((db) => portionAfter(db, after, size))
    if (records.length > 0) yield records
    if (records.length < size) return
    after = records.at(-1)!
    await nextTurn()
  }
}

/** @param records each torrent once */
export async function putTorrentFacts(db: Db, records: readonly TorrentFactsRecord[]): Promise<void> {
  const rows = records.map(({probed, marks, trackersSeen, countedBefore, ...same}) => ({
    ...same,
    trackersSeen: JSON.stringify(trackersSeen),
    countedBefore: countedBefore.length === 0 ? null : JSON.stringify(countedBefore),
    probed: probed === null ? null : JSON.stringify(probed),
    marks: JSON.stringify(marks),
  }))
  await putAll(db, 'torrentFacts', ['serverId', 'hash'], rows)
}

/** Of those that are gone since before `at`. */
export async function pruneTorrentFacts(db: Db, at: EpochMs): Promise<void> {
  await db.deleteFrom('torrentFacts').where('goneAt', '<', at).execute()
}

async function portionAfter(db: Db, after: TorrentKey | null, size: number): Promise<TorrentFactsRecord[]> {
  let query = db.selectFrom('torrentFacts').selectAll()
  if (after !== null) {
    query = query.where((eb) =>
      eb.or([
        eb('serverId', '>', after.serverId),
        eb.and([eb('serverId', '=', after.serverId), eb('hash', '>', after.hash)]),
      ]),
    )
  }
  const rows = await query.orderBy('serverId').orderBy('hash').limit(size).execute()
  return rows.map(asRecord)
}

/** What cannot be read of a row counts as never done: it is done again, and no clock is lost. */
function asRecord({
  serverId,
  hash,
  probed,
  marks,
  trackersSeen,
  countedBefore,
  infoHashV1,
  ...row
}: TorrentFactsTable): TorrentFactsRecord {
  return {
    ...row,
    serverId: serverId as ServerId,
    hash: hash as InfoHash,
    probed: probed === null ? null : (jsonOf(probed) ?? null),
    marks: marksOf(jsonOf(marks)),
    trackersSeen: textsOf(jsonOf(trackersSeen)),
    countedBefore: countedBefore === null ? [] : livesOf(jsonOf(countedBefore)),
    infoHashV1: infoHashV1 as InfoHash | null,
  }
}

/** What cannot be read counts for nothing uploaded: it is owed for longer. */
function livesOf(value: unknown): readonly CountedLife[] {
  return Array.isArray(value) ? value.filter(isLife) : []
}

function isLife(value: unknown): value is CountedLife {
  const {life, uploaded, downloaded} = (value ?? {}) as Partial<CountedLife>
  return typeof life === 'string' && typeof uploaded === 'number' && typeof downloaded === 'number'
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === 'string') : []
}

function marksOf(value: unknown): readonly TorrentMark[] {
  return Array.isArray(value) ? torrentMarks.filter((mark) => value.includes(mark)) : []
}
