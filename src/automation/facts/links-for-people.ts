/** Who holds the bytes of a torrent beside torrents, for a person who is about to remove it. */
import type {ManagerId} from '#model/manager.ts'
import type {ContentLinks} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {LookUps} from './look-ups.ts'

/** Whose turn it is among those who look things up. */
const PEOPLE = 'people' as ManagerId

/** @returns `null` = the disk is not seen, or its files cannot be told */
export async function contentLinks(
  lookUps: Pick<LookUps, 'ask'>,
  key: TorrentKey,
): Promise<ContentLinks | null> {
  const [outside, exclusive] = await lookUps.ask(PEOPLE, key, [
    'content.linksOutside',
    'content.exclusiveBytes',
  ])
  if (typeof outside?.value !== 'number') return null
  return {outside: outside.value, ...(typeof exclusive?.value === 'number' && {exclusive: exclusive.value})}
}
