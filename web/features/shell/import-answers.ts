/** What is sent for an answer about a download that an Arr does not import. Pure. */
import type {ImportNeed, NeedAnswer} from '#model/needs.ts'
import type {ArrAction} from '../../api/arrs.ts'

/** @returns `null` = it cannot be said of this one */
export function importAction(
  answer: NeedAnswer,
  {download_id: downloadId, media}: Pick<ImportNeed, 'download_id' | 'media'>,
): ArrAction | null {
  if (answer === 'search') return media.length === 0 ? null : {action: 'search', items: [...media]}
  if (downloadId === null) return null
  switch (answer) {
    case 'import':
      // Whatever the Arr does without being asked: the torrent goes on seeding.
      return {action: 'import_anyway', download_id: downloadId, mode: 'copy'}
    case 'blocklist':
      return {action: 'blocklist', download_id: downloadId, search_again: true}
    case 'ignore':
      return {action: 'ignore', download_id: downloadId}
    default:
      return null
  }
}
