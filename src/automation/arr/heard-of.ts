/**
 * Whether an Arr was asked for a search, after a crash or a lost answer that came before it was written down. An Arr
 * tells of a command for some minutes after its end alone, and not which items it was for; for longer it tells when it
 * searched an item last, and what it grabbed. Source: protocols/arr.md §5.1.
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import {mediaKey, type LibraryItem, type MediaKind, type MediaRef} from '#model/arr.ts'
import {DAY, type EpochMs} from '#model/units.ts'

/** Not every Arr keeps parts of a second. */
const SECOND_MS = 1_000
/** What is searched again failed no longer before. */
const LATELY_MS = DAY * 1_000

/**
 * By whoever, since then. Of commands any search counts: one too few is possible, one too many is not, unless the Arr
 * has forgotten the command, found nothing, and keeps no time of its searches.
 * @param media as `mediaKey` gives it
 * @throws {CommodarrError}
 */
export async function heardOf(
  port: Pick<ArrPort, 'commands' | 'historySince' | 'item' | 'itemsOf'>,
  media: readonly string[],
  since: EpochMs,
): Promise<boolean> {
  const isSince = (at: EpochMs | null) => at !== null && at + SECOND_MS > since
  const commands = await port.commands()
  if (commands.some(({name, queuedAt}) => /search$/i.test(name) && (queuedAt ?? 0) >= since)) return true
  const rows = await port.historySince(since - LATELY_MS)
  const about = rows.filter((row) => row.media !== null && media.includes(mediaKey(row.media)))
  if (about.some(({event, at}) => event === 'grabbed' && isSince(at))) return true
  const items = await itemsBeside(
    port,
    about.map((row) => row.media!),
  )
  return items.some(
    ({kind, id, searchedAt}) =>
      media.includes(mediaKey({kind: kind as MediaKind, id})) && isSince(searchedAt),
  )
}

/** They, and all others of the same series, artist or author. */
async function itemsBeside(
  port: Pick<ArrPort, 'item' | 'itemsOf'>,
  media: readonly MediaRef[],
): Promise<readonly LibraryItem[]> {
  const found: LibraryItem[] = []
  for (const id of new Set(media.flatMap(({parentId}) => parentId ?? [])))
    found.push(...(await port.itemsOf(id)))
  for (const id of new Set(media.filter(({parentId}) => parentId === null).map((one) => one.id))) {
    const item = await port.item(id)
    if (item) found.push(item)
  }
  return found
}
