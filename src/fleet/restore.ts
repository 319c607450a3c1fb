import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Rows} from './rows.ts'
import type {ServerEntry} from './server-entry.ts'
import type {Writer} from './writer.ts'

/** A torrent of an earlier life. */
export interface KnownRow {
  readonly serverId: ServerId
  readonly hash: InfoHash
  readonly seenAt: EpochMs
}

/** No server has this number: for rows that are filled with the others but not wanted. */
const NOWHERE = 0xffff

/**
 * Puts rows of an earlier life back, inside a batch: visible, but not seen. When `fill` fails none of them stays.
 * @param ownerOf the server to put it to; `null` = not wanted
 * @param fill writes the cells of all `known`, in their order
 */
export function restoreRows(
  rows: Rows,
  writer: Writer,
  known: readonly KnownRow[],
  ownerOf: (row: KnownRow) => ServerEntry | null,
  fill: (rows: Uint32Array) => void,
): readonly number[] {
  const added = new Uint32Array(known.length)
  const owners = known.map((one, place) => {
    const owner = ownerOf(one)
    added[place] = rows.add(owner?.number ?? NOWHERE, one.hash)
    return owner
  })
  let filled = false
  try {
    fill(added)
    filled = true
  } finally {
    owners.forEach((owner, place) => {
      if (!filled || !owner) writer.drop(added[place]!)
      else show(rows, writer, owner, added[place]!, known[place]!.seenAt)
    })
    for (const column of Object.values(rows.columns)) column.generation = rows.generation
  }
  return [...added].filter((row) => rows.isVisible(row))
}

function show(rows: Rows, writer: Writer, owner: ServerEntry, row: number, seenAt: EpochMs): void {
  rows.setSeenAt(row, seenAt)
  writer.show(row)
  owner.torrents++
}
